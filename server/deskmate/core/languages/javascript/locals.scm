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
((comment) @local.definition.words
  (#match? @local.definition.words "^/[*/][*]?\\s*(globals?|exported)\\s"))

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

; Where nothing can be told.
(with_statement) @local.unknown
; The grammar takes `(a) => tag<T>`…`` for a template of the function.
(call_expression function: (arrow_function) arguments: (template_string)) @local.unknown
(call_expression function: (identifier) @_call (#eq? @_call "eval")) @local.everything.global

; What a bundler puts in (`__DEV__`).
((identifier) @local.reference.maybe (#match? @local.reference.maybe "^__\\w+__$"))
[(identifier) (shorthand_property_identifier)] @local.reference
