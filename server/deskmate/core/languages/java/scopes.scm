[
  (method_declaration name: (_) @function.name body: (_)? @function.body)
  (constructor_declaration name: (_) @function.name body: (_) @function.body)
  (compact_constructor_declaration name: (_) @function.name body: (_) @function.body)
  (annotation_type_element_declaration name: (_) @function.name)
] @function.around

; A lambda that a field or a variable names.
[
  (field_declaration
    (variable_declarator
      name: (_) @function.name
      value: (lambda_expression body: (block) @function.body)))
  (local_variable_declaration
    (variable_declarator
      name: (_) @function.name
      value: (lambda_expression body: (block) @function.body)))
] @function.around

[
  (class_declaration name: (_) @class.name body: (_) @class.body)
  (interface_declaration name: (_) @class.name body: (_) @class.body)
  (record_declaration name: (_) @class.name body: (_) @class.body)
  (enum_declaration name: (_) @class.name body: (_) @class.body)
  (annotation_type_declaration name: (_) @class.name body: (_) @class.body)
] @class.around

(constructor_declaration parameters: (_) @_none (#eq? @_none "()")) @complete
