[
  (function_definition)
  (method_declaration)
  (anonymous_function)
] @local.scope
(arrow_function) @local.scope.inline

(function_definition name: (name) @local.definition.outer)
(class_declaration name: (name) @local.definition)
(interface_declaration name: (name) @local.definition)
(trait_declaration name: (name) @local.definition)
(enum_declaration name: (name) @local.definition)

(simple_parameter name: (variable_name) @local.definition)
(variadic_parameter name: (variable_name) @local.definition)
(property_promotion_parameter name: (variable_name) @local.definition)
(property_element name: (variable_name) @local.definition)
(assignment_expression left: (variable_name) @local.definition)
(assignment_expression left: (subscript_expression . (variable_name) @local.definition))
(assignment_expression left: (subscript_expression (subscript_expression . (variable_name) @local.definition)))
(assignment_expression
  left: (subscript_expression (subscript_expression (subscript_expression . (variable_name) @local.definition))))
(reference_assignment_expression left: (variable_name) @local.definition)
(reference_assignment_expression right: (variable_name) @local.definition)
(augmented_assignment_expression left: (variable_name) @local.definition)
(augmented_assignment_expression left: (subscript_expression . (variable_name) @local.definition))
(augmented_assignment_expression left: (subscript_expression (subscript_expression . (variable_name) @local.definition)))
(list_literal (variable_name) @local.definition)
(array_creation_expression (array_element_initializer (variable_name) @local.definition))
(array_creation_expression (array_element_initializer (by_ref (variable_name) @local.definition)))
(list_literal (by_ref (variable_name) @local.definition))
(foreach_statement (_) . (variable_name) @local.definition)
(foreach_statement (pair (variable_name) @local.definition))
(foreach_statement (pair (by_ref (variable_name) @local.definition)))
(foreach_statement (by_ref (variable_name) @local.definition))
(catch_clause name: (variable_name) @local.definition)
(global_declaration (variable_name) @local.definition)
(static_variable_declaration name: (variable_name) @local.definition)
(anonymous_function_use_clause (variable_name) @local.definition)
(anonymous_function_use_clause (by_ref (variable_name) @local.definition))
(unset_statement (variable_name) @local.definition)

; What is called may set a variable that it is handed (`preg_match`), or ask whether there is one.
(argument (variable_name) @local.definition)
(argument (subscript_expression . (variable_name) @local.definition))
(binary_expression left: (variable_name) @local.definition "??")
(binary_expression left: (subscript_expression . (variable_name) @local.definition) "??")
(error_suppression_expression) @local.unknown
(update_expression (variable_name) @local.definition)
(update_expression (subscript_expression . (variable_name) @local.definition))
(update_expression (subscript_expression (subscript_expression . (variable_name) @local.definition)))

(namespace_use_clause [(name) @local.definition (qualified_name (name) @local.definition)] !alias)
(namespace_use_clause alias: (name) @local.definition)

(include_expression) @local.everything
(include_once_expression) @local.everything
(require_expression) @local.everything
(require_once_expression) @local.everything
(dynamic_variable_name) @local.everything
(function_call_expression
  function: [(name) @_call (qualified_name (name) @_call)]
  (#any-of? @_call "extract" "compact" "parse_str" "eval" "get_defined_vars")) @local.everything
(scoped_property_access_expression name: (variable_name) @local.member)
(member_access_expression name: (variable_name) @local.everything)

; A class, which may well be loaded by itself.
(named_type (name) @local.reference.maybe)
(object_creation_expression (name) @local.reference.maybe)
(scoped_call_expression scope: (name) @local.reference.maybe)
(class_constant_access_expression . (name) @local.reference.maybe)
(binary_expression operator: "instanceof" right: (name) @local.reference.maybe)
(base_clause (name) @local.reference.maybe)
(class_interface_clause (name) @local.reference.maybe)

; Outside of every function a file is given variables by what includes it.
(variable_name) @local.reference.inside
