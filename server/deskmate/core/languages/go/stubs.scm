(expression_statement
  (call_expression
    function: (identifier) @panic (#eq? @panic "panic")
    arguments: (argument_list (_) @text (#match? @text "(?i)not.?implemented|todo|unimplemented")))) @stub
