(function_declaration name: (_) @function.name body: (_)? @function.body) @function.around
(test_declaration [(string (string_content) @function.name) (identifier) @function.name] (block) @function.body) @function.around

(variable_declaration
  (identifier) @class.name
  [(struct_declaration) (union_declaration) (enum_declaration) (opaque_declaration)] @class.body) @class.around
