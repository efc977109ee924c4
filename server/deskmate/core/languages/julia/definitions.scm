(const_statement (assignment . (identifier) @variable.name)) @variable.around
(struct_definition
  (typed_expression (identifier) @variable.name (_) @variable.type) @variable.around)
