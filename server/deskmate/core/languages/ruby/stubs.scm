((call method: (identifier) @_call) @stub
  (#eq? @_call "raise")
  (#match? @stub "NotImplementedError|(?i:not.?(yet.?)?implemented|todo)"))
