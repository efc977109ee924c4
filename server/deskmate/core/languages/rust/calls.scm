(call_expression function: (identifier) @call)

(use_wildcard) @everything
(macro_definition) @everything
