((throw_statement) @stub
  (#match? @stub "(?i)not.?(yet.?)?implemented|unimplemented|todo"))

((expression_statement (call_expression function: (_) @_call)) @stub
  (#any-of? @_call "abort" "std::abort" "assert")
  (#match? @stub "abort|^assert\\((0|false)\\b"))
