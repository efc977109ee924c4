(binary_expression _ @swap)
[(true) (false)] @swap
(unary_expression "not" operand: (_) @value) @negation
(number) @number
(string content: (string_content) @text)
(return_statement (expression_list . (_) @returned))
