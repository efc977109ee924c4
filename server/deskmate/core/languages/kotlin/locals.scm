; Only names in large letters are looked at, which are imported where that is known: what they mean
; may come from a package, or from what a class is derived from.
(user_type . (identifier) @local.reference.maybe)
((call_expression . (identifier) @local.reference.maybe) (#match? @local.reference.maybe "^[A-Z]"))
((navigation_expression . (identifier) @local.reference.maybe)
  (#match? @local.reference.maybe "^[A-Z]"))

(import (qualified_identifier (identifier) @local.definition .))
(import (identifier) @local.definition)
(import "*") @local.wild

(class_declaration name: (identifier) @local.definition)
(object_declaration name: (identifier) @local.definition)
(companion_object name: (identifier) @local.definition)
(type_alias type: (identifier) @local.definition)
(function_declaration name: (identifier) @local.definition)
(type_parameter (identifier) @local.definition)
(enum_entry (identifier) @local.definition)
(variable_declaration (identifier) @local.definition)
(class_parameter (identifier) @local.definition)
(parameter (identifier) @local.definition)
