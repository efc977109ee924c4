(binary_expression operator: _ @swap)
(assignment operator: _ @swap)
((identifier) @swap (#any-of? @swap "true" "false"))
(unary_expression operator: "!" argument: (_) @value) @negation
[(number_literal) (float_literal)] @number
(string_literal (string_content) @text)
(return_expression (_) @returned)
