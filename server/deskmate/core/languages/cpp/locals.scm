; What binds names: for what is known of values alone. Where a name that nothing binds comes from, a
; header or a macro, nobody can tell.
[
  (function_definition)
  (lambda_expression)
  (compound_statement)
  (for_statement)
  (for_range_loop)
  (if_statement)
  (while_statement)
  (switch_statement)
  (catch_clause)
] @local.scope

(parameter_declaration declarator: (identifier) @local.definition)
(optional_parameter_declaration declarator: (identifier) @local.definition)
(declaration declarator: (identifier) @local.definition)
(init_declarator declarator: (identifier) @local.definition)
(reference_declarator (identifier) @local.definition)
(pointer_declarator declarator: (identifier) @local.definition)
(array_declarator declarator: (identifier) @local.definition)
(function_declarator declarator: (identifier) @local.definition)
(parenthesized_declarator (identifier) @local.definition)
(variadic_declarator (identifier) @local.definition)
(structured_binding_declarator (identifier) @local.definition)
(for_range_loop declarator: (identifier) @local.definition)
(lambda_capture_initializer left: (identifier) @local.definition)
(preproc_def name: (identifier) @local.definition.global)
(preproc_function_def name: (identifier) @local.definition.global)

(identifier) @local.reference.bound
