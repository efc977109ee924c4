; Scopes. Blocks are none: what `let` defines in one is taken for known in all of its function.
[
  (function_declaration)
  (function_expression)
  (generator_function)
  (generator_function_declaration)
  (arrow_function)
  (method_definition)
  (catch_clause)
  (class_static_block)
] @local.scope

; What defines a name.
(function_declaration name: (identifier) @local.definition.outer)
(generator_function_declaration name: (identifier) @local.definition.outer)
(function_expression name: (identifier) @local.definition)
(generator_function name: (identifier) @local.definition)
(class name: (_) @local.definition)
(class_declaration name: (_) @local.definition)
(variable_declarator name: (identifier) @local.definition)
(for_in_statement left: (identifier) @local.definition)
(catch_clause parameter: (identifier) @local.definition)
(_ parameters: (_ (identifier) @local.definition))
(arrow_function parameter: (identifier) @local.definition)

; Patterns, wherever they stand: parameters are some.
(shorthand_property_identifier_pattern) @local.definition
(pair_pattern value: (identifier) @local.definition)
(rest_pattern (identifier) @local.definition)
(array_pattern (identifier) @local.definition)
(assignment_pattern left: (identifier) @local.definition)

; Outside of strict code what is only assigned is a global, and what `typeof` asks for may be one.
(assignment_expression left: (identifier) @local.definition.global)
(unary_expression operator: "typeof" argument: (identifier) @local.definition.global)
; What is read or set as a member of the global object is a global.
((member_expression
  object: [(identifier) (member_expression)] @_global
  property: (property_identifier) @local.definition.global)
  (#match? @_global "^(window|globalThis|self|global)([.](window|globalThis|self|global))*$"))
((subscript_expression
  object: (identifier) @_global
  index: (string (string_fragment) @local.definition.global))
  (#any-of? @_global "window" "globalThis" "self" "global"))
((binary_expression
  left: (string (string_fragment) @local.definition.global)
  operator: "in"
  right: (identifier) @_global)
  (#any-of? @_global "window" "globalThis" "self" "global"))
((comment) @local.definition.words.global
  (#match? @local.definition.words.global "^/[*/][*]?\\s*(globals?|exported)\\s"))

(import_clause (identifier) @local.definition)
(namespace_import (identifier) @local.definition)
(import_specifier name: (identifier) @local.definition !alias)
(import_specifier name: (identifier) @local.member alias: (_))
(import_specifier alias: (identifier) @local.definition)

; What is no name of its own.
(export_specifier alias: (identifier) @local.member)
(export_statement (export_clause (export_specifier (identifier) @local.member)) source: (_))
(namespace_export (identifier) @local.member)
; `<div/>`: an element that JSX has by itself; the field is all that grammars without JSX know of it.
(_ name: (identifier) @local.member (#match? @local.member "^[a-z]"))
; `on:click`, `<svg:path>`: likewise.
(_ . (identifier) @local.member . ":" . (identifier) @local.member .)

; Where nothing can be told.
(with_statement) @local.unknown
; The grammar takes `(a) => tag<T>`…`` for a template of the function.
(call_expression function: (arrow_function) arguments: (template_string)) @local.unknown
(call_expression function: (identifier) @_call (#eq? @_call "eval")) @local.everything.global

; A file without any of these is no module: what runs before it gives it names.
([(import_statement) (export_statement)] @local.module (#set! only "top"))
(meta_property) @local.module
((call_expression function: (identifier) @_call) @local.module (#eq? @_call "require"))
((member_expression object: (identifier) @_module property: (property_identifier) @_exports) @local.module
  (#eq? @_module "module") (#eq? @_exports "exports"))
((member_expression object: (identifier) @_exports) @local.module (#eq? @_exports "exports"))

; What a bundler puts in (`__DEV__`).
((identifier) @local.reference.maybe (#match? @local.reference.maybe "^__\\w+__$"))
[(identifier) (shorthand_property_identifier)] @local.reference
