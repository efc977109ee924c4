[
  (const_item name: (_) @variable.name type: (_) @variable.type)
  (static_item name: (_) @variable.name type: (_) @variable.type)
  (macro_definition name: (_) @variable.name)
] @variable.around

(field_declaration name: (_) @field.name type: (_) @field.type) @field.around
(enum_variant name: (_) @field.name) @field.around

(type_item name: (_) @type.name) @type.around

; An `impl` only adds to what is defined elsewhere.
(impl_item
  type: [(type_identifier) @part.name (generic_type type: (_) @part.name)]) @part.around

(trait_item bounds: (trait_bounds [(type_identifier) (generic_type) (scoped_type_identifier)] @base))
