(binary_expression operator: _ @swap)
(assignment_expression operator: _ @swap)
(boolean_literal) @swap
(prefix_unary_expression "!" (_) @value) @negation
[(integer_literal) (real_literal)] @number
(string_literal (string_literal_content) @text)
(return_statement (_) @returned)
(arrow_expression_clause (_) @returned)
