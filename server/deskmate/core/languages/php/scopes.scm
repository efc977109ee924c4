[
  (function_definition name: (_) @function.name body: (_) @function.body)
  (method_declaration name: (_) @function.name body: (_)? @function.body)
  (assignment_expression
    left: (variable_name (name) @function.name)
    right: [
      (anonymous_function body: (_) @function.body)
      (arrow_function body: (_) @function.value)
    ])
] @function.around

[
  (class_declaration name: (_) @class.name body: (_) @class.body)
  (interface_declaration name: (_) @class.name body: (_) @class.body)
  (trait_declaration name: (_) @class.name body: (_) @class.body)
  (enum_declaration name: (_) @class.name body: (_) @class.body)
] @class.around

(expression_statement (assignment_expression) @wrapped) @wrapper
