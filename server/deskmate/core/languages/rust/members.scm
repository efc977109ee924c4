; What is asked of what. A method may be that of any trait.
(field_expression value: (_) @object field: (field_identifier) @member) @use
(scoped_identifier path: (_) @object name: (identifier) @member) @use
(call_expression function: (_) @function) @call
(struct_expression name: (_) @class) @made
(index_expression . (_) @of) @item
(parenthesized_expression . (_) @inner .) @same
(reference_expression value: (_) @inner) @same
(unary_expression "*" (_) @inner) @same

; The object itself.
(self) @self
((identifier) @self (#eq? @self "Self"))

; What is known of a value where its name is bound.
(parameter pattern: (identifier) @name type: (_) @type)
(let_declaration pattern: (identifier) @name type: (_) @type)
(let_declaration pattern: (identifier) @name !type value: (_) @value)
(for_expression pattern: (identifier) @name value: (_) @each)

; What macros make of their words nobody can tell.
(macro_invocation) @unknown
