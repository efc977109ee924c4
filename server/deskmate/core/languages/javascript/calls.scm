(call_expression function: (identifier) @call)
(new_expression constructor: (identifier) @call)
