((throw_expression) @stub (#match? @stub "(?i)not.?(yet.?)?implemented|unimplemented|todo"))
((expression_statement (throw_expression)) @stub (#match? @stub "(?i)not.?(yet.?)?implemented|unimplemented|todo"))
((block) @stub (#match? @stub "^\\{\\s*\\}$"))
((block . (expression_statement (throw_expression)) .) @stub (#match? @stub "(?i)not.?(yet.?)?implemented|unimplemented|todo"))
