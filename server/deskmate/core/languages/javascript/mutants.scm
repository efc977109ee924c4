(binary_expression operator: _ @swap)
(augmented_assignment_expression operator: _ @swap)
[(true) (false)] @swap
(unary_expression operator: "!" argument: (_) @value) @negation
(number) @number
(string (string_fragment) @text)
(template_string (string_fragment) @text)
(return_statement (_) @returned)
(arrow_function body: (expression) @returned)
