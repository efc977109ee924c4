((expression_statement (call_expression function: (identifier) @_call)) @stub
  (#any-of? @_call "abort" "assert")
  (#match? @stub "^abort|^assert\\((0|false)\\b"))
