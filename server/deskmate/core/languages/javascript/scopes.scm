; Functions that have a name of their own.
[
  (function_declaration name: (identifier) @function.name body: (_) @function.body)
  (generator_function_declaration name: (identifier) @function.name body: (_) @function.body)
  (method_definition name: (_) @function.name body: (_) @function.body)
] @function.around

(export_statement
  [
    (function_declaration name: (identifier) @function.name body: (_) @function.body)
    (generator_function_declaration name: (identifier) @function.name body: (_) @function.body)
  ]) @function.around

; Functions that are named by what they are given to.
(lexical_declaration .
  (variable_declarator
    name: (identifier) @function.name
    value: [
      (arrow_function body: (_) @function.body)
      (function_expression body: (_) @function.body)
    ]) .) @function.around

(variable_declaration .
  (variable_declarator
    name: (identifier) @function.name
    value: [
      (arrow_function body: (_) @function.body)
      (function_expression body: (_) @function.body)
    ]) .) @function.around

(export_statement
  (lexical_declaration .
    (variable_declarator
      name: (identifier) @function.name
      value: [
        (arrow_function body: (_) @function.body)
        (function_expression body: (_) @function.body)
      ]) .)) @function.around

(expression_statement
  (assignment_expression
    left: [
      (identifier) @function.name
      (member_expression property: (property_identifier) @function.name)
    ]
    right: [
      (arrow_function body: (_) @function.body)
      (function_expression body: (_) @function.body)
    ])) @function.around

(pair
  key: (_) @function.name
  value: [
    (arrow_function body: (_) @function.body)
    (function_expression body: (_) @function.body)
  ]) @function.around

(field_definition
  property: (_) @function.name
  value: [
    (arrow_function body: (_) @function.body)
    (function_expression body: (_) @function.body)
  ]) @function.around

; Classes.
(class_declaration name: (_) @class.name body: (_) @class.body) @class.around

(export_statement
  (class_declaration name: (_) @class.name body: (_) @class.body)) @class.around
