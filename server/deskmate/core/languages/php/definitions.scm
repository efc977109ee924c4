(const_declaration (const_element . (name) @variable.name)) @variable.around
(property_declaration
  type: (_)? @field.type
  (property_element name: (variable_name (name) @field.name))) @field.around
(property_promotion_parameter
  type: (_)? @field.type
  name: (variable_name (name) @field.name)) @field.around
(enum_case name: (_) @field.name) @field.around
(assignment_expression
  left: (member_access_expression
    object: (variable_name) @_this
    name: (name) @field.name)
  (#eq? @_this "$this")) @field.around

(base_clause [(name) (qualified_name)] @base)
(class_interface_clause [(name) (qualified_name)] @base)
(class_declaration body: (declaration_list (use_declaration [(name) (qualified_name)] @trait)))
