((function_call name: (identifier) @_call) @stub
  (#eq? @_call "error")
  (#match? @stub "(?i)not.?(yet.?)?implemented|unimplemented|todo"))
