; What a function is called stands in a declarator, that in the one of a pointer or reference.
(function_definition
  declarator: [
    (function_declarator
      declarator: [
        (identifier) @function.name
        (field_identifier) @function.name
        (destructor_name) @function.name
        (operator_name) @function.name
        (template_function name: (_) @function.name)
        (qualified_identifier
          scope: (_) @function.owner
          name: [(identifier) (destructor_name) (operator_name)] @function.name)
        (qualified_identifier
          name: (qualified_identifier
            scope: (_) @function.owner
            name: [(identifier) (destructor_name) (operator_name)] @function.name))
      ])
    (_
      (function_declarator
        declarator: [
          (identifier) @function.name
          (field_identifier) @function.name
          (operator_name) @function.name
          (template_function name: (_) @function.name)
          (qualified_identifier
            scope: (_) @function.owner
            name: [(identifier) (operator_name)] @function.name)
          (qualified_identifier
            name: (qualified_identifier
              scope: (_) @function.owner
              name: [(identifier) (operator_name)] @function.name))
        ]))
    (_ (_ (function_declarator declarator: [(identifier) (field_identifier)] @function.name)))
    (operator_cast type: (_) @function.name)
  ]
  body: (_)? @function.body) @function.around

; Declarations without a body.
[
  (declaration
    declarator: [
      (function_declarator declarator: (identifier) @function.name)
      (pointer_declarator (function_declarator declarator: (identifier) @function.name))
      (reference_declarator (function_declarator declarator: (identifier) @function.name))
    ])
  (field_declaration
    declarator: [
      (function_declarator declarator: (field_identifier) @function.name)
      (pointer_declarator (function_declarator declarator: (field_identifier) @function.name))
      (reference_declarator (function_declarator declarator: (field_identifier) @function.name))
    ])
] @function.around

(declaration
  declarator: (init_declarator
    declarator: (identifier) @function.name
    value: (lambda_expression body: (_) @function.body))) @function.around

[
  (class_specifier name: (_) @class.name body: (_) @class.body)
  (struct_specifier name: (_) @class.name body: (_) @class.body)
  (union_specifier name: (_) @class.name body: (_) @class.body)
  (enum_specifier name: (_) @class.name body: (_) @class.body)
] @class.around

(template_declaration (_) @wrapped .) @wrapper

(function_definition (field_initializer_list)) @complete
(function_definition declarator: (function_declarator declarator: (destructor_name))) @complete
(function_definition
  declarator: (function_declarator
    declarator: (qualified_identifier name: (destructor_name)))) @complete
