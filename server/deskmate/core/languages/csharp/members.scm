; What is asked of what. What is called may be an extension from anywhere.
(member_access_expression expression: _ @object name: (identifier) @member) @use
(conditional_access_expression
  condition: (_) @object (member_binding_expression name: (identifier) @member) @use)
(invocation_expression function: (_) @function) @call
(invocation_expression function: (identifier) @function) @own
(conditional_access_expression (invocation_expression function: (_) @function) @call)
(object_creation_expression type: (_) @class) @made
(cast_expression type: (_) @class) @made
(as_expression right: (_) @class) @made
(element_access_expression expression: _ @of) @item
(parenthesized_expression . (_) @inner .) @same
(postfix_unary_expression . (_) @inner "!") @same

; The object itself.
("this") @self

; What is known of a value where its name is bound.
(parameter type: (_) @type name: (identifier) @name)
(variable_declaration
  type: [(identifier) (generic_name) (qualified_name) (array_type) (nullable_type)] @type
  (variable_declarator name: (identifier) @name))
(variable_declaration type: (implicit_type) (variable_declarator name: (identifier) @name . (_) @value))
(foreach_statement
  type: [(identifier) (generic_name) (qualified_name) (array_type) (nullable_type)] @type
  left: (identifier) @name)
(foreach_statement type: (implicit_type) left: (identifier) @name right: (_) @each)

; Where it may be something else than what it was bound as.
(is_expression left: (_) @unsure)
(is_pattern_expression expression: (_) @unsure)
(as_expression left: (_) @unsure)
(switch_statement value: (_) @unsure)
(switch_expression . (_) @unsure)

; What is there depends on what it is compiled for.
[(preproc_if) (preproc_elif) (preproc_else)] @unknown
