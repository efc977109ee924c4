(binary_expression operator: _ @swap)
(assignment_expression operator: _ @swap)
[(true) (false)] @swap
(unary_expression operator: "!" argument: (_) @value) @negation
(number_literal) @number
(string_literal (string_content) @text)
(return_statement (_) @returned)
