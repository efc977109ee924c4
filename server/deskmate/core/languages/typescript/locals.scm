; inherits: javascript

; A type may well be declared for all of a project: where it cannot be told where from, nothing is said.
(type_identifier) @local.reference.maybe
(nested_type_identifier module: (identifier) @local.reference.maybe)
(nested_type_identifier name: (type_identifier) @local.member)
(nested_identifier property: (property_identifier) @local.member)

[(required_parameter pattern: (identifier) @local.definition)
 (optional_parameter pattern: (identifier) @local.definition)]
[(required_parameter name: (identifier) @local.definition)
 (optional_parameter name: (identifier) @local.definition)]
(index_signature name: (identifier) @local.definition)
(mapped_type_clause name: (type_identifier) @local.definition)
(infer_type (type_identifier) @local.definition)
(type_parameter name: (type_identifier) @local.definition)

(abstract_class_declaration name: (type_identifier) @local.definition)
(interface_declaration name: (type_identifier) @local.definition)
(type_alias_declaration name: (type_identifier) @local.definition)
(enum_declaration name: (identifier) @local.definition)
(enum_body [(property_identifier) @local.definition (enum_assignment name: (property_identifier) @local.definition)])
(function_signature name: (identifier) @local.definition)
(internal_module name: [(identifier) @local.definition (nested_identifier . (identifier) @local.definition)])
(module name: [(identifier) @local.definition (nested_identifier . (identifier) @local.definition)])
(import_require_clause (identifier) @local.definition)
(import_alias . (identifier) @local.definition)
(export_statement "as" "namespace" (identifier) @local.member)
