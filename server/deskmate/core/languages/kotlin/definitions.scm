(property_declaration
  (variable_declaration (identifier) @variable.name (_)? @variable.type)) @variable.around
(type_alias type: (_) @type.name) @type.around
(class_parameter ["val" "var"] (identifier) @field.name (_) @field.type) @field.around
(enum_entry (identifier) @field.name) @field.around

(delegation_specifier [(user_type) @base (constructor_invocation (user_type) @base)])
