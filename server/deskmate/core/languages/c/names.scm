; Where the name stands in the declarator of a function; none in that of a variable.
(function_declarator declarator: (identifier) @name)
(function_declarator declarator: (parenthesized_declarator) @within)
(parenthesized_declarator (identifier) @name)
(parenthesized_declarator [(pointer_declarator) (function_declarator)] @within)
(pointer_declarator
  declarator: [(function_declarator) (pointer_declarator) (parenthesized_declarator)] @within)

; `PREFIX_(name)(int a)`, where a macro makes the name.
(function_declarator
  declarator: (function_declarator
    parameters: (parameter_list . (parameter_declaration type: (_) @name !declarator) .)))
