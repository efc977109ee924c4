; Only names in large letters are looked at, which are imported where that is known: what they mean
; may come from a package, or from what a class is derived from.
(type_identifier) @local.reference.maybe
((call_expression function: (identifier) @local.reference.maybe)
  (#match? @local.reference.maybe "^[A-Z]"))
((field_expression . (identifier) @local.reference.maybe)
  (#match? @local.reference.maybe "^[A-Z]"))

(import_declaration) @local.definition.words
(import_declaration (namespace_wildcard)) @local.wild
(import_declaration (namespace_selectors (namespace_wildcard))) @local.wild

(class_definition name: (identifier) @local.definition)
(trait_definition name: (identifier) @local.definition)
(object_definition name: (identifier) @local.definition)
(enum_definition name: (identifier) @local.definition)
(simple_enum_case name: (identifier) @local.definition)
(full_enum_case name: (identifier) @local.definition)
(type_definition name: (type_identifier) @local.definition)
(function_definition name: (identifier) @local.definition)
(val_definition pattern: (identifier) @local.definition)
(var_definition pattern: (identifier) @local.definition)
(class_parameter name: (identifier) @local.definition)
(parameter name: (identifier) @local.definition)
(type_parameters name: (identifier) @local.definition)
