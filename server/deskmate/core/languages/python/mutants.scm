(comparison_operator operators: _ @swap)
(binary_operator operator: _ @swap)
(boolean_operator operator: _ @swap)
(augmented_assignment operator: _ @swap)
[(true) (false)] @swap
(not_operator argument: (_) @value) @negation
[(integer) (float)] @number
(string (string_content) @text)
(return_statement (_) @returned)
