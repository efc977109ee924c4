((expression_statement) @stub
  (#match? @stub "^(die|croak|confess)\\b")
  (#match? @stub "(?i)not.?(yet.?)?implemented|unimplemented|todo"))
