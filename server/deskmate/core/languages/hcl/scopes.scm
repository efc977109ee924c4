(body (block (identifier) @class.name . (block_start) . (body)? @class.body) @class.around)
(body (block (string_lit (template_literal) @class.name) . (block_start) . (body)? @class.body) @class.around)
