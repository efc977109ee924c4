((expression_statement (throw_expression)) @stub
  (#match? @stub "(?i)not.?(yet.?)?implemented|unimplemented|todo"))
