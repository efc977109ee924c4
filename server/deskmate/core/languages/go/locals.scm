[
  (function_declaration)
  (method_declaration)
  (func_literal)
  (block)
  (if_statement)
  (for_statement)
  (expression_switch_statement)
  (type_switch_statement)
  (select_statement)
  (communication_case)
  (expression_case)
  (type_case)
  (default_case)
  (type_spec)
] @local.scope

(function_declaration name: (identifier) @local.definition.outer)
(type_spec name: (type_identifier) @local.definition.outer)
(type_alias name: (type_identifier) @local.definition)
(const_spec (identifier) @local.definition)
(var_spec name: (identifier) @local.definition)
(parameter_declaration name: (identifier) @local.definition)
(variadic_parameter_declaration name: (identifier) @local.definition)
(type_parameter_declaration name: (identifier) @local.definition)
(short_var_declaration left: (expression_list (identifier) @local.definition))
(range_clause left: (expression_list (identifier) @local.definition))
(receive_statement left: (expression_list (identifier) @local.definition))
(type_switch_statement alias: (expression_list (identifier) @local.definition))
(method_declaration
  receiver: (parameter_list
    (parameter_declaration
      type: [
        (generic_type (type_arguments (type_elem (type_identifier) @local.definition)))
        (_ (generic_type (type_arguments (type_elem (type_identifier) @local.definition))))
      ])))

; A package may be called as any word of its path.
(import_spec name: (package_identifier) @local.definition)
(import_spec !name path: (_) @local.definition.words)

; The key of a struct is no name, and that of a map cannot be told from it.
(keyed_element key: (literal_element (identifier) @local.member))

(import_spec name: (dot)) @local.everything.global

; What other files of the package define is seen without an import.
[(identifier) (type_identifier)] @local.reference.project
(qualified_type package: (package_identifier) @local.reference.project)
(qualified_type name: (type_identifier) @local.member)
