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

(public_field_definition
  name: (_) @function.name
  value: [
    (arrow_function body: (_) @function.body)
    (function_expression body: (_) @function.body)
  ]) @function.around

; Classes.
(class_declaration name: (_) @class.name body: (_) @class.body) @class.around

(export_statement
  (class_declaration name: (_) @class.name body: (_) @class.body)) @class.around

(abstract_class_declaration name: (_) @class.name body: (_) @class.body) @class.around

(export_statement
  (abstract_class_declaration name: (_) @class.name body: (_) @class.body)) @class.around

(interface_declaration name: (_) @class.name body: (_) @class.body) @class.around

(export_statement
  (interface_declaration name: (_) @class.name body: (_) @class.body)) @class.around

(enum_declaration name: (_) @class.name body: (_) @class.body) @class.around

(export_statement
  (enum_declaration name: (_) @class.name body: (_) @class.body)) @class.around

; Declarations without a body: overloads, abstract methods, members of interfaces.
[
  (function_signature name: (_) @function.name)
  (abstract_method_signature name: (_) @function.name)
  (method_signature name: (_) @function.name)
] @function.around

(export_statement (function_signature name: (_) @function.name)) @function.around
