; What is asked of what.
(selector_expression operand: (_) @object field: (field_identifier) @member) @use
(call_expression function: (_) @function) @call
(composite_literal type: (_) @class) @made
(index_expression operand: (_) @of) @item
(parenthesized_expression . (_) @inner .) @same
(unary_expression operator: ["&" "*"] operand: (_) @inner) @same

; What is known of a value where its name is bound.
(parameter_declaration name: (identifier) @name type: (_) @type)
(var_spec name: (identifier) @name type: (_) @type)
(short_var_declaration
  left: (expression_list . (identifier) @name .) right: (expression_list . (_) @value .))
(range_clause left: (expression_list (identifier) . (identifier) @name .) right: (_) @held)
; Of several results the first.
(short_var_declaration
  left: (expression_list . (identifier) @name . (identifier))
  right: (expression_list . (call_expression) @value .))
