; Variables; those that hold a function or a class are its name.
(lexical_declaration
  (variable_declarator name: (identifier) @variable.name)) @variable.around
(variable_declaration
  (variable_declarator name: (identifier) @variable.name)) @variable.around

(field_definition property: (_) @variable.name) @variable.around

(assignment_expression
  left: (member_expression object: (this) property: (_) @field.name)) @field.around

(assignment_expression
  left: (member_expression object: (_) @_exports property: (_) @variable.name)
  (#any-of? @_exports "exports" "module.exports")) @variable.around

(class_heritage [(identifier) (member_expression)] @base)
