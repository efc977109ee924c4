((call target: (identifier) @_call) @stub
  (#any-of? @_call "raise")
  (#match? @stub "(?i)not.?(yet.?)?implemented|unimplemented|todo"))
