((namespace_use_declaration) @import (#set! only "top"))

((expression_statement
    [
      (require_expression)
      (require_once_expression)
      (include_expression)
      (include_once_expression)
    ]) @import
  (#set! only "top"))
