(program (variable_assignment name: (variable_name) @variable.name) @variable.around)
(program
  (declaration_command
    (variable_assignment name: (variable_name) @variable.name)) @variable.around)
