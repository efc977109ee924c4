; A class may be given names by those that it is derived from, which stand elsewhere.
(class_declaration superclass: (_) body: (_) @local.everything.derived)
(class_declaration interfaces: (_) body: (_) @local.everything.derived)
(record_declaration interfaces: (_) body: (_) @local.everything.derived)
(enum_declaration interfaces: (_) body: (_) @local.everything.derived)
(interface_declaration (extends_interfaces) body: (_) @local.everything.derived)
(object_creation_expression (class_body) @local.everything.derived)
; Lombok and its like write methods.
((class_declaration
  (modifiers [(annotation name: (_) @_name) (marker_annotation name: (_) @_name)])
  body: (_) @local.everything.written)
  (#not-match? @_name "^(Deprecated|SuppressWarnings|SafeVarargs|FunctionalInterface|Generated|Immutable|ThreadSafe|Component|Service|Repository|Controller|RestController|Configuration|Singleton|Inject|Entity|Table|Test|Nested|DisplayName|ExtendWith|RunWith|SpringBootTest|SpringBootApplication|RequestMapping|Transactional|JsonIgnoreProperties|JsonInclude)$"))
((enum_declaration
  (modifiers [(annotation name: (_) @_name) (marker_annotation name: (_) @_name)])
  body: (_) @local.everything.written)
  (#not-match? @_name "^(Deprecated|SuppressWarnings|Generated)$"))
((record_declaration
  (modifiers [(annotation name: (_) @_name) (marker_annotation name: (_) @_name)])
  body: (_) @local.everything.written)
  (#not-match? @_name "^(Deprecated|SuppressWarnings|Generated)$"))
((field_declaration
  (modifiers [(annotation name: (_) @_name) (marker_annotation name: (_) @_name)])) @local.everything.written
  (#any-of? @_name "Getter" "Setter" "With" "Delegate"))
(import_declaration "static" (asterisk)) @local.everything.global
(import_declaration (asterisk)) @local.wild

[
  (class_declaration)
  (interface_declaration)
  (enum_declaration)
  (record_declaration)
  (annotation_type_declaration)
  (method_declaration)
  (constructor_declaration)
  (compact_constructor_declaration)
  (lambda_expression)
  (object_creation_expression)
  (enum_constant)
  (block)
  (for_statement)
  (enhanced_for_statement)
  (try_with_resources_statement)
  (catch_clause)
] @local.scope

(class_declaration name: (identifier) @local.definition.outer)
(interface_declaration name: (identifier) @local.definition.outer)
(enum_declaration name: (identifier) @local.definition.outer)
(record_declaration name: (identifier) @local.definition.outer)
(annotation_type_declaration name: (identifier) @local.definition.outer)
(enum_constant name: (identifier) @local.definition.outer)
(method_declaration name: (identifier) @local.definition.outer)
(constructor_declaration name: (identifier) @local.member)
(compact_constructor_declaration name: (identifier) @local.member)
(annotation_type_element_declaration name: (identifier) @local.definition)
(variable_declarator name: (identifier) @local.definition)
(formal_parameter name: (identifier) @local.definition)
(catch_formal_parameter name: (identifier) @local.definition)
(enhanced_for_statement name: (identifier) @local.definition)
(resource name: (identifier) @local.definition)
(instanceof_expression name: (identifier) @local.definition)
(type_pattern (identifier) @local.definition)
(record_pattern_component (identifier) @local.definition)
(record_pattern (identifier) @local.member)
(inferred_parameters (identifier) @local.definition)
(lambda_expression parameters: (identifier) @local.definition)
(type_parameter (type_identifier) @local.definition)
(import_declaration (scoped_identifier name: (identifier) @local.definition))

; What is no name of its own, or is looked for elsewhere.
(scoped_identifier (identifier) @local.member)
(package_declaration (identifier) @local.member)
(import_declaration (identifier) @local.member)
(field_access field: (identifier) @local.member)
(method_invocation object: (_) name: (identifier) @local.member)
(method_reference (_) (identifier) @local.member)
(element_value_pair key: (identifier) @local.member)
(labeled_statement . (identifier) @local.member)
(break_statement (identifier) @local.member)
(continue_statement (identifier) @local.member)
(switch_label) @local.unknown
(scoped_type_identifier (_) (type_identifier) @local.member)
(scoped_type_identifier . (type_identifier) @_package (#match? @_package "^[a-z]")) @local.unknown

; A type, or what stands before a dot, may be one of a class's own that it is derived from, or a
; package.
(type_identifier) @local.reference.maybe
(annotation name: (identifier) @local.reference.maybe)
(marker_annotation name: (identifier) @local.reference.maybe)
(field_access object: (identifier) @local.reference.maybe)
(method_invocation object: (identifier) @local.reference.maybe)
(method_reference . (identifier) @local.reference.maybe)

(method_invocation !object name: (identifier) @local.reference.called)
(identifier) @local.reference
