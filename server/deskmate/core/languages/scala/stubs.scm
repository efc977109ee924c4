((operator_identifier) @stub (#eq? @stub "???"))
((throw_expression) @stub (#match? @stub "(?i)not.?(yet.?)?implemented|unimplemented|todo"))
