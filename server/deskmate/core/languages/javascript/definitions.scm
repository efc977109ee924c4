; Variables; those that hold a function or a class are its name, and those that hold a module are imports.
((lexical_declaration
  (variable_declarator name: (identifier) @variable.name) @_whole) @variable.around
  (#not-match? @_whole "^\\w+\\s*=\\s*require\\([^()]*\\)$"))
((variable_declaration
  (variable_declarator name: (identifier) @variable.name) @_whole) @variable.around
  (#not-match? @_whole "^\\w+\\s*=\\s*require\\([^()]*\\)$"))

(field_definition property: (_) @variable.name) @variable.around

(assignment_expression
  left: (member_expression object: (this) property: (_) @field.name)) @field.around

(assignment_expression
  left: (member_expression object: (_) @_exports property: (_) @variable.name)
  (#any-of? @_exports "exports" "module.exports")) @variable.around

(class_heritage [(identifier) (member_expression)] @base)
