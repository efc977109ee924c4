[
  (function_declaration name: (_) @function.name body: (_) @function.body)
  (generator_function_declaration name: (_) @function.name body: (_) @function.body)
  (method_definition name: (_) @function.name body: (_) @function.body)
] @function.around

; Functions named by what they are given to.
[
  (variable_declarator
    name: (identifier) @function.name
    value: [
      (function_expression body: (_) @function.body)
      (generator_function body: (_) @function.body)
      (arrow_function body: (statement_block) @function.body)
      (arrow_function body: (expression) @function.value)
    ])
  (assignment_expression
    left: [
      (identifier) @function.name
      (member_expression property: (_) @function.name)
    ]
    right: [
      (function_expression body: (_) @function.body)
      (generator_function body: (_) @function.body)
      (arrow_function body: (statement_block) @function.body)
      (arrow_function body: (expression) @function.value)
    ])
  (pair
    key: [
      (property_identifier) @function.name
      (string (string_fragment) @function.name)
    ]
    value: [
      (function_expression body: (_) @function.body)
      (generator_function body: (_) @function.body)
      (arrow_function body: (statement_block) @function.body)
      (arrow_function body: (expression) @function.value)
    ])
] @function.around

; A field of a class; TypeScript calls it otherwise.
(class_body
  (_
    [property: (_) name: (_)] @function.name
    value: [
      (function_expression body: (_) @function.body)
      (generator_function body: (_) @function.body)
      (arrow_function body: (statement_block) @function.body)
      (arrow_function body: (expression) @function.value)
    ]) @function.around)

; A default export needs no name.
(export_statement
  value: [
    (function_expression body: (_) @function.body)
    (generator_function body: (_) @function.body)
    (arrow_function body: (statement_block) @function.body)
    (arrow_function body: (expression) @function.value)
  ]) @function.around

(export_statement value: (class body: (_) @class.body)) @class.around

[
  (class_declaration name: (_) @class.name body: (_) @class.body)
  (variable_declarator name: (identifier) @class.name value: (class body: (_) @class.body))
  (assignment_expression left: (member_expression) right: (class name: (_) @class.name body: (_) @class.body))
] @class.around

(export_statement declaration: (_) @wrapped) @wrapper
(lexical_declaration . (variable_declarator) @wrapped .) @wrapper
(variable_declaration . (variable_declarator) @wrapped .) @wrapper
(expression_statement (assignment_expression) @wrapped) @wrapper
