; Scopes. A class's names are not seen in its functions; a comprehension has no walrus of its own.
[(function_definition) (lambda)] @local.scope
(class_definition body: (block) @local.scope.closed)
[
  (list_comprehension)
  (set_comprehension)
  (dictionary_comprehension)
  (generator_expression)
] @local.scope.inline

; What a head says is evaluated outside of its function.
(function_definition return_type: (_) @local.scope.outside)
(parameters (_ value: (_) @local.scope.outside))
(parameters (_ type: (_) @local.scope.outside))

; What defines a name.
(function_definition name: (identifier) @local.definition.outer)
(class_definition name: (identifier) @local.definition)
(function_definition type_parameters: (type_parameter (type) @local.definition.words.global))
(class_definition type_parameters: (type_parameter (type) @local.definition.words.global))
(type_alias_statement left: (type (identifier) @local.definition))
(type_alias_statement left: (type (generic_type (identifier) @local.definition)))
(type_alias_statement left: (type (generic_type (type_parameter (type) @local.definition.words.global))))

(parameters [(identifier) (tuple_pattern (identifier))] @local.definition)
(lambda_parameters (identifier) @local.definition)
(typed_parameter . (identifier) @local.definition)
(default_parameter name: (identifier) @local.definition)
(typed_default_parameter name: (identifier) @local.definition)
(list_splat_pattern (identifier) @local.definition)
(dictionary_splat_pattern (identifier) @local.definition)

(assignment left: (identifier) @local.definition)
(for_statement left: (identifier) @local.definition)
(for_in_clause left: (identifier) @local.definition)
(pattern_list (identifier) @local.definition)
(tuple_pattern (identifier) @local.definition)
(list_pattern (identifier) @local.definition)
(named_expression name: (identifier) @local.definition.function)
(as_pattern_target (identifier) @local.definition)
(as_pattern_target (_ (identifier) @local.definition))
(as_pattern_target (_ (_ (identifier) @local.definition)))
(global_statement (identifier) @local.definition.global)
(global_statement (identifier) @local.definition)

(import_statement name: (dotted_name . (identifier) @local.definition))
(aliased_import alias: (identifier) @local.definition)
(import_from_statement name: (dotted_name (identifier) @local.definition))

; `case [x, *rest]`, `case {"a": x, **others}`, `case Point(x=0) as p`
(case_pattern (dotted_name . (identifier) @local.definition .))
(splat_pattern (identifier) @local.definition)
(case_pattern (as_pattern (identifier) @local.definition .))
(keyword_pattern . (identifier) @local.member)
(keyword_pattern (dotted_name . (identifier) @local.definition .))
(union_pattern (dotted_name . (identifier) @local.definition .))
(dict_pattern value: (case_pattern (dotted_name . (identifier) @local.definition .)))

; What is no name of its own.
(attribute attribute: (identifier) @local.member)
(keyword_argument name: (identifier) @local.member)
(import_statement (dotted_name (identifier) @local.member))
(import_from_statement (dotted_name (identifier) @local.member))
(relative_import (dotted_name (identifier) @local.member))
(aliased_import name: (dotted_name (identifier) @local.member))
(future_import_statement (dotted_name (identifier) @local.member))
(dotted_name (identifier) . (identifier) @local.member)
(type (member_type (identifier) @local.member))

; Where nothing can be told.
(wildcard_import) @local.everything.global
(call function: (identifier) @_call (#any-of? @_call "exec" "execfile" "globals")) @local.everything.global
(try_statement
  (except_clause [(identifier) @_error (_ (identifier) @_error)])
  (#eq? @_error "NameError")) @local.unknown

(identifier) @local.reference
