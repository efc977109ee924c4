; With the keyword, but for what stands in a list.
(var_declaration
  "var" . (var_spec name: (identifier) @variable.name type: (_)? @variable.type)) @variable.around
(var_spec_list
  (var_spec name: (identifier) @variable.name type: (_)? @variable.type) @variable.around)
(const_declaration
  "const" . (const_spec name: (identifier) @variable.name type: (_)? @variable.type))
@variable.around
(const_declaration
  "(" (const_spec name: (identifier) @variable.name type: (_)? @variable.type) @variable.around)

(struct_type
  (field_declaration_list
    (field_declaration name: (field_identifier) @field.name type: (_) @field.type) @field.around))

(type_declaration
  [
    (type_alias name: (_) @type.name)
    (type_spec
      name: (_) @type.name
      type: [
        (type_identifier) (qualified_type) (generic_type) (pointer_type) (slice_type)
        (array_type) (map_type) (function_type) (channel_type)
      ])
  ]) @type.around

; What a struct or an interface takes in.
(field_declaration !name type: [
  (type_identifier) @base
  (qualified_type name: (_) @base)
  (generic_type type: (_) @base)
])
(interface_type (type_elem [(type_identifier) @base (qualified_type name: (_) @base)]))
