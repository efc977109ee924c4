[
  (use_statement)
  (expression_statement (require_expression))
] @import
