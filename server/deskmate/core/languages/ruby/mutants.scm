(binary operator: _ @swap)
(operator_assignment operator: _ @swap)
[(true) (false)] @swap
(unary operator: ["!" "not"] operand: (_) @value) @negation
[(integer) (float)] @number
(string (string_content) @text)
(return (argument_list (_) @returned))
