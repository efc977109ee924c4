(field_declaration
  (variable_declaration
    type: (_) @variable.type
    (variable_declarator name: (_) @variable.name))) @variable.around
(event_field_declaration
  (variable_declaration
    type: (_) @variable.type
    (variable_declarator name: (_) @variable.name))) @variable.around
(property_declaration type: (_) @field.type name: (_) @field.name) @field.around
(enum_member_declaration name: (_) @field.name) @field.around
(record_declaration
  (parameter_list (parameter type: (_) @field.type name: (_) @field.name) @field.around))
(class_declaration
  (parameter_list (parameter type: (_) @field.type name: (_) @field.name) @field.around))

(base_list [(identifier) (generic_name) (qualified_name)] @base)
