(binary_expression operator: _ @swap)
(compound_assignment_expr operator: _ @swap)
(boolean_literal) @swap
(unary_expression "!" (_) @value) @negation
[(integer_literal) (float_literal)] @number
(string_literal (string_content) @text)
(return_expression (_) @returned)
(function_item body: (block (_expression) @returned .))
