((call_expression . (identifier) @_call) @stub
  (#any-of? @_call "error" "throw")
  (#match? @stub "(?i)not.?(yet.?)?implemented|unimplemented|todo"))
