((variable_declaration
    (assignment_statement (variable_list name: (identifier) @variable.name)))
  @variable.around (#set! only "top"))
((assignment_statement (variable_list name: (identifier) @variable.name)) @variable.around (#set! only "top"))
((assignment_statement
    (variable_list
      name: (dot_index_expression table: (identifier) @field.owner field: (_) @field.name)))
  @field.around (#set! only "top"))
