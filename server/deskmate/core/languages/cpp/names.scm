; Where the name stands in the declarator of a function; none in that of a variable.
(function_declarator
  declarator: [(identifier) (field_identifier) (destructor_name) (operator_name)] @name)
(function_declarator
  declarator: [(template_function name: (_) @name) (template_method name: (_) @name)])
(function_declarator declarator: [(qualified_identifier) (parenthesized_declarator)] @within)
(operator_cast type: (_) @name)
(parenthesized_declarator [(identifier) (field_identifier)] @name)
(parenthesized_declarator
  [(pointer_declarator) (reference_declarator) (function_declarator)] @within)
(pointer_declarator
  declarator: [
    (function_declarator)
    (pointer_declarator)
    (reference_declarator)
    (parenthesized_declarator)
    (operator_cast)
  ] @within)
(reference_declarator
  [(function_declarator) (pointer_declarator) (parenthesized_declarator)] @within)

; `space::Owner::name`: what stands last before the name is the owner.
(qualified_identifier
  scope: [(namespace_identifier) @owner (template_type name: (_) @owner)]
  name: [(identifier) (destructor_name) (operator_name)] @name)
(qualified_identifier
  scope: [(namespace_identifier) @owner (template_type name: (_) @owner)]
  name: [(template_function name: (_) @name) (operator_cast type: (_) @name)])
(qualified_identifier name: (qualified_identifier) @within)
