; What is asked of what.
(field_access object: (_) @object field: (identifier) @member) @use
(method_invocation object: (_) @object name: (identifier) @member) @use @called
(object_creation_expression type: (_) @class !body) @made
(parenthesized_expression (_) @inner) @same

; The object itself; what has one of its own inside of a class.
(this) @self
(object_creation_expression (class_body) @apart)
(enum_constant (class_body) @apart)

; What is known of a value where its name is bound.
(formal_parameter type: (_) @type name: (identifier) @name)
(local_variable_declaration type: (_) @type declarator: (variable_declarator name: (identifier) @name))
(enhanced_for_statement type: (_) @type name: (identifier) @name)

; Where it may be something else than what it was bound as.
(instanceof_expression left: (_) @unsure)
