; A bare name may be a method from anywhere; only constants can be told, and those may be loaded by
; themselves.
(constant) @local.reference.maybe

(class name: (constant) @local.definition)
(module name: (constant) @local.definition)
(class name: (scope_resolution) @local.definition.words)
(module name: (scope_resolution) @local.definition.words)
(assignment left: (constant) @local.definition)
(left_assignment_list (constant) @local.definition)
(scope_resolution scope: (_) name: (constant) @local.member)
(call method: (constant) @local.member)
