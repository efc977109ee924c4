; inherits: c

((throw_statement) @stub
  (#match? @stub "(?i)not.?(yet.?)?implemented|unimplemented|todo"))

((expression_statement (call_expression function: (_) @_call)) @stub
  (#eq? @_call "std::abort"))
