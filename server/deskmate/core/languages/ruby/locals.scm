; A bare name may be a method from anywhere; only constants can be told, and those may be loaded by
; themselves.
(constant) @local.reference.maybe

(class name: (constant) @local.definition.global)
(module name: (constant) @local.definition.global)
(class name: (scope_resolution) @local.definition.words.global)
(module name: (scope_resolution) @local.definition.words.global)
(assignment left: (constant) @local.definition.global)
(left_assignment_list (constant) @local.definition.global)
(scope_resolution scope: (_) name: (constant) @local.member)
(call receiver: (_) method: (constant) @local.member)

; Variables: a method sees none of those around it, a block all of them.
[(program) (class) (module) (singleton_class)] @local.scope.closed
[(method) (singleton_method)] @local.scope
[(block) (do_block) (lambda)] @local.scope.inline

(method_parameters (identifier) @local.definition)
(method_parameters (_ name: (identifier) @local.definition))
(method_parameters (_ (identifier) @local.definition))
(lambda_parameters (identifier) @local.definition)
(lambda_parameters (_ name: (identifier) @local.definition))
(block_parameters (identifier) @local.definition)
(block_parameters (_ (identifier) @local.definition))
(destructured_parameter (identifier) @local.definition)
(assignment left: (identifier) @local.definition.function)
(operator_assignment left: (identifier) @local.definition.function)
(left_assignment_list (identifier) @local.definition.function)
(left_assignment_list (_ (identifier) @local.definition.function))
(exception_variable (identifier) @local.definition.function)
(for pattern: (identifier) @local.definition.function)
(hash_pattern (keyword_pattern) @local.definition.words)
(array_pattern (identifier) @local.definition.function)
(as_pattern (identifier) @local.definition.function)

(call method: (identifier) @local.member)
(identifier) @local.reference.bound
