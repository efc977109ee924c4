; Where there is no statement, the body is what ends it.
[
  (function_declaration
    name: [
      (identifier) @function.name
      (dot_index_expression table: (_) @function.owner field: (_) @function.name)
      (method_index_expression table: (_) @function.owner method: (_) @function.name)
    ]
    body: (_) @function.body)
  (function_declaration
    !body
    name: [
      (identifier) @function.name
      (dot_index_expression table: (_) @function.owner field: (_) @function.name)
      (method_index_expression table: (_) @function.owner method: (_) @function.name)
    ]
    "end" @function.body)
] @function.around

(assignment_statement
  (variable_list
    .
    name: [
      (identifier) @function.name
      (dot_index_expression table: (_) @function.owner field: (_) @function.name)
    ]
    .)
  (expression_list
    .
    value: [
      (function_definition body: (_) @function.body)
      (function_definition !body "end" @function.body)
    ]
    .)) @function.around

(field
  name: (_) @function.name
  value: [
    (function_definition body: (_) @function.body)
    (function_definition !body "end" @function.body)
  ]) @function.around

(variable_declaration (assignment_statement) @wrapped) @wrapper
