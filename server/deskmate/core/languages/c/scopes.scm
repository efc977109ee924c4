; A function that returns a pointer has its declarator inside that of the pointer.
(function_definition
  declarator: [
    (function_declarator declarator: (identifier) @function.name)
    (_ declarator: (function_declarator declarator: (identifier) @function.name))
    (_ declarator: (_ declarator: (function_declarator declarator: (identifier) @function.name)))
  ]
  body: (_) @function.body) @function.around

(declaration
  declarator: [
    (function_declarator declarator: (identifier) @function.name)
    (pointer_declarator
      declarator: (function_declarator declarator: (identifier) @function.name))
    (pointer_declarator
      declarator: (pointer_declarator
        declarator: (function_declarator declarator: (identifier) @function.name)))
  ]) @function.around

[
  (struct_specifier name: (_) @class.name body: (_) @class.body)
  (union_specifier name: (_) @class.name body: (_) @class.body)
  (enum_specifier name: (_) @class.name body: (_) @class.body)
] @class.around

(type_definition
  type: [
    (struct_specifier !name body: (_) @class.body)
    (union_specifier !name body: (_) @class.body)
    (enum_specifier !name body: (_) @class.body)
  ]
  declarator: (_) @class.name) @class.around

(type_definition
  type: [
    (struct_specifier name: (_))
    (union_specifier name: (_))
    (enum_specifier name: (_))
  ] @wrapped) @wrapper
