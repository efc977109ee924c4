(program (namespace_use_declaration) @import)

(program
  (expression_statement
    [
      (require_expression)
      (require_once_expression)
      (include_expression)
      (include_once_expression)
    ]) @import)
