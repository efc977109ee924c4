; inherits: javascript

(non_null_expression (_) @inner) @same

(required_parameter pattern: (identifier) @name type: (type_annotation (_) @type))
(optional_parameter pattern: (identifier) @name type: (type_annotation (_) @type))
(variable_declarator name: (identifier) @name type: (type_annotation (_) @type))

(expression_statement (call_expression arguments: (arguments (_) @unsure)) @_call
  (#match? @_call "^assert"))
