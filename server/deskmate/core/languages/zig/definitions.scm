((variable_declaration . (identifier) @variable.name) @variable.around
  (#not-match? @variable.around "@import\\(") (#set! only "top"))
(container_field name: (_) @variable.name type: (_)? @variable.type) @variable.around
