(binary_expression operator: _ @swap)
(assignment_expression operator: _ @swap)
[(true) (false)] @swap
(unary_expression operator: "!" operand: (_) @value) @negation
[(decimal_integer_literal) (decimal_floating_point_literal)] @number
(string_literal (string_fragment) @text)
(return_statement (_) @returned)
