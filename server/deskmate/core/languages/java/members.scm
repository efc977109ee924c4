; What is asked of what.
(field_access object: (_) @object field: (identifier) @member) @use
(method_invocation object: (_) @object name: (identifier) @member) @use @called
(method_invocation !object name: (identifier) @function) @own
(object_creation_expression type: (_) @class !body) @made
(cast_expression type: (_) @class) @made
(array_access array: (_) @of) @item
(parenthesized_expression . (_) @inner .) @same

; The object itself; what has one of its own inside of a class.
(this) @self
(object_creation_expression (class_body) @apart)
(enum_constant (class_body) @apart)

; What is known of a value where its name is bound.
(formal_parameter type: (_) @type name: (identifier) @name)
(field_declaration type: (_) @type declarator: (variable_declarator name: (identifier) @name))
((local_variable_declaration type: (_) @type declarator: (variable_declarator name: (identifier) @name))
  (#not-eq? @type "var"))
((local_variable_declaration
  type: (_) @_var
  declarator: (variable_declarator name: (identifier) @name value: (_) @value))
  (#eq? @_var "var"))
((enhanced_for_statement type: (_) @type name: (identifier) @name) (#not-eq? @type "var"))
((enhanced_for_statement type: (_) @_var name: (identifier) @name value: (_) @each)
  (#eq? @_var "var"))
(resource type: (_) @type name: (identifier) @name)

; Where it may be something else than what it was bound as.
(instanceof_expression left: (_) @unsure)
