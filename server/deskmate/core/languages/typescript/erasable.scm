; What TypeScript has and JavaScript has not, so that it can be left out without changing what the
; rest does; as Node.js strips types. Enumerations, namespaces and constructor parameters that are
; fields cannot be.

[
  (type_annotation)
  (type_predicate_annotation)
  (asserts_annotation)
  (type_arguments)
  (type_parameters)
  (implements_clause)
  (accessibility_modifier)
  (override_modifier)
  (interface_declaration)
  (type_alias_declaration)
  (function_signature)
] @gone

(export_statement declaration: [(interface_declaration) (type_alias_declaration)]) @gone

(import_statement "type") @gone
(import_specifier "type" @gone)

(public_field_definition ["readonly" "?" "!"] @gone)
(required_parameter "readonly" @gone)
(optional_parameter ["readonly" "?"] @gone)
(non_null_expression "!" @gone)
(as_expression "as" @gone "const" @gone)
(as_expression "as" @gone . (_) @gone)
(satisfies_expression "satisfies" @gone . (_) @gone)
