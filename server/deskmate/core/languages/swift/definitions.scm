(property_declaration
  name: (pattern bound_identifier: (_) @variable.name)
  (type_annotation (_) @variable.type)?) @variable.around
(protocol_property_declaration
  name: (pattern bound_identifier: (_) @field.name)
  (type_annotation (_) @field.type)) @field.around
(enum_entry name: (_) @field.name) @field.around

(typealias_declaration "typealias" . name: (_) @type.name) @type.around
(associatedtype_declaration name: (_) @type.name) @type.around

; An `extension` only adds to what is defined elsewhere.
(class_declaration "extension" name: (_) @part.name) @part.around

(inheritance_specifier inherits_from: (_) @base)
