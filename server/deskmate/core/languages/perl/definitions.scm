((expression_statement
    (assignment_expression
      left: (variable_declaration variable: (_ (varname) @variable.name))))
  @variable.around (#set! only "top"))
