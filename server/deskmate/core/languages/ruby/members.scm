; What is asked of what. An object's own variables are asked for by their names alone.
(call
  receiver: [(self) (call) (identifier) (constant) (scope_resolution)] @object
  method: (identifier) @member) @use @called
(scope_resolution scope: (_) @object name: (constant) @member) @use
(instance_variable) @use @object @member
(call receiver: [(constant) (scope_resolution)] @class method: (identifier) @_new (#eq? @_new "new")) @made

; The object itself; what has one of its own inside of a class.
(self) @self
[(singleton_method) (singleton_class)] @apart
((call method: (_) @_method block: (_) @apart)
  (#not-match? @_method
    "^(each|map|flat_map|select|reject|find|detect|filter|any|all|none|sum|count|inject|reduce|times|sort_by|min_by|max_by|group_by|partition|to_h|loop|upto|zip)"))

; What is known of a value where its name is bound.
(assignment left: (identifier) @name right: (_) @value)

; Where it may be something else than what it was bound as.
(case value: (_) @unsure)
(call receiver: (_) @unsure method: (identifier) @_test
  (#any-of? @_test "is_a?" "kind_of?" "instance_of?" "respond_to?" "extend" "define_singleton_method"))

; What is set on something is there from then on.
(assignment left: (call method: (identifier) @set))
(operator_assignment left: (call method: (identifier) @set))
(assignment left: (instance_variable) @set)
(operator_assignment left: (instance_variable) @set)
(left_assignment_list (instance_variable) @set)
(rest_assignment (instance_variable) @set)
(exception_variable (instance_variable) @set)
(for pattern: (instance_variable) @set)

; Where what is missing is caught, or asked for first.
(begin (rescue)) @unknown
(body_statement (rescue)) @unknown
(rescue_modifier) @unknown
(unary "defined?") @unknown
