(binary_expression operator: _ @swap)
(augmented_assignment_expression operator: _ @swap)
(boolean) @swap
(unary_op_expression operator: "!" argument: (_) @value) @negation
[(integer) (float)] @number
[(string (string_content) @text) (encapsed_string (string_content) @text)]
(return_statement (_) @returned)
