((variable_assignment name: (variable_name) @variable.name) @variable.around (#set! only "top"))
((declaration_command (variable_assignment name: (variable_name) @variable.name))
  @variable.around (#set! only "top"))
