((variable) @stub (#eq? @stub "undefined"))
((apply function: (variable) @_call) @stub (#eq? @_call "error"))
