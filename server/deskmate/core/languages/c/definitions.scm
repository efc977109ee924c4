; Variables: those of a function are left out.
(declaration
  type: (_) @variable.type
  declarator: [
    (identifier) @variable.name
    (array_declarator declarator: (identifier) @variable.name)
    (pointer_declarator declarator: (identifier) @variable.name)
    (init_declarator declarator: [
      (identifier) @variable.name
      (array_declarator declarator: (identifier) @variable.name)
      (pointer_declarator declarator: (identifier) @variable.name)
    ])
  ]) @variable.around
[
  (preproc_def name: (_) @variable.name value: (_))
  (preproc_function_def name: (_) @variable.name)
] @variable.around

(field_declaration
  type: (_) @field.type
  declarator: [
    (field_identifier) @field.name
    (array_declarator declarator: (field_identifier) @field.name)
    (array_declarator declarator: (pointer_declarator declarator: (field_identifier) @field.name))
    (pointer_declarator declarator: (field_identifier) @field.name)
    (pointer_declarator declarator: (pointer_declarator declarator: (field_identifier) @field.name))
    (function_declarator
      declarator: (parenthesized_declarator
        (pointer_declarator declarator: (field_identifier) @field.name)))
  ]) @field.around
(enumerator name: (_) @field.name) @field.around

(type_definition
  declarator: [
    (type_identifier) @type.name
    (pointer_declarator declarator: (type_identifier) @type.name)
    (function_declarator
      declarator: (parenthesized_declarator
        (pointer_declarator declarator: (type_identifier) @type.name)))
  ]) @type.around
