([
  (throw_statement)
  (throw_expression)
] @stub
  (#match? @stub "NotImplementedException"))
