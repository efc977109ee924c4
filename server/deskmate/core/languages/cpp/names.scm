; inherits: c

(function_declarator
  declarator: [(field_identifier) (destructor_name) (operator_name)] @name)
(function_declarator
  declarator: [(template_function name: (_) @name) (template_method name: (_) @name)])
(function_declarator declarator: (qualified_identifier) @within)
(operator_cast type: (_) @name)
(parenthesized_declarator (field_identifier) @name)
(parenthesized_declarator (reference_declarator) @within)
(pointer_declarator declarator: [(reference_declarator) (operator_cast)] @within)
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
