(binary_expression operator: _ @swap)
(assignment_statement operator: _ @swap)
[(true) (false)] @swap
(unary_expression operator: "!" operand: (_) @value) @negation
[(int_literal) (float_literal)] @number
(interpreted_string_literal (interpreted_string_literal_content) @text)
(return_statement (expression_list . (_) @returned))
