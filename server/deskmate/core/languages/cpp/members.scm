; What is asked of what.
(field_expression argument: (_) @object field: (field_identifier) @member) @use
(qualified_identifier scope: (namespace_identifier) @object name: (identifier) @member) @use
(subscript_expression argument: (_) @of) @item
(call_expression function: (_) @function) @call
(parenthesized_expression . (_) @inner .) @same
(pointer_expression operator: "*" argument: (_) @inner) @same

; The object itself; what has one of its own inside of a class.
(this) @self
(lambda_expression) @apart

; What is known of a value where its name is bound.
(parameter_declaration type: (_) @type declarator: [
  (identifier) @name
  (reference_declarator (identifier) @name)
  (pointer_declarator declarator: (identifier) @name)
])
((declaration type: (_) @type declarator: [
  (identifier) @name
  (init_declarator declarator: [
    (identifier) @name
    (reference_declarator (identifier) @name)
    (pointer_declarator declarator: (identifier) @name)
  ])
]) (#not-match? @type "^(const\\s+)?auto"))
(declaration
  type: (placeholder_type_specifier)
  declarator: (init_declarator declarator: [
    (identifier) @name
    (reference_declarator (identifier) @name)
    (pointer_declarator declarator: (identifier) @name)
  ] value: (_) @value))
((for_range_loop type: (_) @type declarator: [
  (identifier) @name
  (reference_declarator (identifier) @name)
]) (#not-match? @type "^(const\\s+)?auto"))
(for_range_loop
  type: (placeholder_type_specifier)
  declarator: [(identifier) @name (reference_declarator (identifier) @name)]
  right: (_) @each)

; Where a function is defined, its class is no value.
(function_declarator declarator: (qualified_identifier) @unknown)

; What is there depends on what it is compiled for, or on what a template is given.
[(preproc_if) (preproc_ifdef)] @unknown
