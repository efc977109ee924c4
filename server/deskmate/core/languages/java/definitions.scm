(field_declaration
  type: (_) @variable.type
  declarator: (variable_declarator name: (_) @variable.name)) @variable.around
(constant_declaration
  type: (_) @variable.type
  declarator: (variable_declarator name: (_) @variable.name)) @variable.around
(enum_constant name: (_) @field.name) @field.around
(record_declaration
  parameters: (formal_parameters
    (formal_parameter type: (_) @field.type name: (_) @field.name) @field.around))

(superclass [(type_identifier) @base (generic_type . (_) @base) (scoped_type_identifier) @base])
(super_interfaces
  (type_list [(type_identifier) @base (generic_type . (_) @base) (scoped_type_identifier) @base]))
(extends_interfaces
  (type_list [(type_identifier) @base (generic_type . (_) @base) (scoped_type_identifier) @base]))
