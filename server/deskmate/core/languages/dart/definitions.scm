(declaration
  (type_identifier)? @variable.type
  (initialized_identifier_list
    (initialized_identifier . (identifier) @variable.name))) @variable.around
(static_final_declaration . (identifier) @variable.name) @variable.around

(superclass (type_identifier) @base)
(interfaces (type_identifier) @base)
