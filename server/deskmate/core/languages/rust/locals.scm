; What is in an `impl` or a trait is reached by its type alone.
[
  (impl_item)
  (function_item)
  (function_signature_item)
  (closure_expression)
  (trait_item)
  (struct_item)
  (enum_item)
  (union_item)
  (type_item)
  (associated_type)
  (block)
  (match_arm)
  (if_expression)
  (while_expression)
  (for_expression)
  (function_type)
] @local.scope
; A module in the file does not see what is around it, but by `use super::*`.
(mod_item body: (declaration_list) @local.scope)
[(impl_item body: (declaration_list) @local.scope.closed) (trait_item body: (declaration_list) @local.scope.closed)]

(function_item name: (identifier) @local.definition.outer)
(function_signature_item name: (identifier) @local.definition.outer)
(struct_item name: (type_identifier) @local.definition.outer)
(enum_item name: (type_identifier) @local.definition.outer)
(union_item name: (type_identifier) @local.definition.outer)
(trait_item name: (type_identifier) @local.definition.outer)
(type_item name: (type_identifier) @local.definition.outer)
(associated_type name: (type_identifier) @local.member)
(const_item name: (identifier) @local.definition)
(static_item name: (identifier) @local.definition)
(mod_item name: (identifier) @local.definition)
(type_parameter name: (type_identifier) @local.definition)
(const_parameter name: (identifier) @local.definition)
(use_declaration) @local.definition.words
(extern_crate_declaration) @local.definition.words

; Patterns.
(_ pattern: (identifier) @local.definition)
(tuple_pattern (identifier) @local.definition)
(slice_pattern (identifier) @local.definition)
(mut_pattern (identifier) @local.definition)
(ref_pattern (identifier) @local.definition)
(reference_pattern (identifier) @local.definition)
(captured_pattern . (identifier) @local.definition)
(or_pattern (identifier) @local.definition)
(tuple_struct_pattern (identifier) @local.definition)
(match_pattern (identifier) @local.definition)
(field_pattern name: (shorthand_field_identifier) @local.definition)
(closure_parameters (identifier) @local.definition)

; What is no name of its own.
(scoped_identifier path: (_) name: (identifier) @local.member)
(scoped_type_identifier path: (_) name: (type_identifier) @local.member)
(token_tree (identifier) @local.member)
(attribute (identifier) @local.member)
(macro_invocation macro: (identifier) @local.member)
(enum_variant name: (identifier) @local.member)
(label (identifier) @local.member)
(lifetime (identifier) @local.member)
(visibility_modifier (identifier) @local.member)
(type_arguments (type_identifier) @local.member . (trait_bounds))
(type_binding name: (type_identifier) @local.member)
(macro_definition) @local.unknown
(use_declaration) @local.unknown
(extern_crate_declaration) @local.unknown

; Another crate, or a module of its own edition.
(scoped_identifier path: (identifier) @local.reference.maybe (#match? @local.reference.maybe "^[a-z]"))
(scoped_type_identifier path: (identifier) @local.reference.maybe (#match? @local.reference.maybe "^[a-z]"))

; What macros write is not seen here.
(use_wildcard) @local.everything
([(macro_invocation) (expression_statement (macro_invocation))] @local.everything.global (#set! only "top"))
(mod_item body: (declaration_list [(macro_invocation) (expression_statement (macro_invocation))] @local.everything))
([(block (expression_statement (macro_invocation macro: (identifier) @_macro) @local.everything))
  (block (macro_invocation macro: (identifier) @_macro) @local.everything)]
  (#not-match? @_macro "^(println|print|eprintln|eprint|write|writeln|format|vec|panic|assert|assert_eq|assert_ne|debug_assert|debug_assert_eq|todo|unimplemented|unreachable|matches|dbg|info|debug|warn|error|trace)$"))
((attribute_item (attribute [(identifier) @_name (scoped_identifier name: (identifier) @_name)])) @local.everything.global
  (#not-match? @_name "^(derive|cfg|cfg_attr|allow|warn|deny|expect|forbid|inline|test|must_use|doc|deprecated|non_exhaustive|ignore|should_panic|repr|cold|track_caller|default|serde|error|from|source|automatically_derived|no_mangle|stable|unstable|main|bench|clippy|rustfmt|path|target_feature|diagnostic|instrument|async_trait|arg|command|clap|rustc_const_stable|rustc_const_unstable|tokio)$"))
((attribute_item (attribute (identifier) @_name arguments: (token_tree) @_derived)) @local.everything.global
  (#eq? @_name "derive")
  (#match? @_derived "Build|Get|Set|New|Enum[A-Z]|Diesel|Insert|Query|Model|Snafu|Template"))

[(identifier) (type_identifier)] @local.reference
