((expression_statement (builtin_function (builtin_identifier) @_call)) @stub
  (#eq? @_call "@panic"))
((expression_statement) @stub (#match? @stub "^(unreachable|@compileError)"))
