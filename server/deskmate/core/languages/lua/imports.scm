((variable_declaration
    (assignment_statement
      (expression_list value: (function_call name: (identifier) @_call))))
  @import
  (#eq? @_call "require") (#set! only "top"))
