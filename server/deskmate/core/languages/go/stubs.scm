(statement_list
  .
  (expression_statement
    (call_expression
      function: (identifier) @_call
      arguments: (argument_list . (_) @_text .)))
  .
  (#eq? @_call "panic")
  (#match? @_text "(?i)not.?(yet.?)?implemented|unimplemented|todo")) @stub
