; inherits: c

(field_declaration
  type: (_) @field.type
  declarator: (reference_declarator (field_identifier) @field.name)) @field.around
(alias_declaration name: (_) @type.name) @type.around

(base_class_clause
  [(type_identifier) (template_type name: (_)) (qualified_identifier)] @base)
