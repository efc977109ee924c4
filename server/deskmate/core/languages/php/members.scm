; What is asked of what.
(member_access_expression object: (_) @object name: (name) @member) @use
(nullsafe_member_access_expression object: (_) @object name: (name) @member) @use
(member_call_expression object: (_) @object name: (name) @member) @use @called
(nullsafe_member_call_expression object: (_) @object name: (name) @member) @use @called
(scoped_call_expression scope: [(name) (relative_scope)] @object name: (name) @member) @use @called
(class_constant_access_expression . [(name) (relative_scope)] @object (name) @member .) @use
(scoped_property_access_expression
  scope: [(name) (relative_scope)] @object name: (variable_name (name) @member)) @use
(object_creation_expression . [(name) (qualified_name)] @class) @made
(subscript_expression . (_) @of (_)) @item
(parenthesized_expression . (_) @inner .) @same

; The object itself; what has one of its own inside of a class.
((variable_name) @self (#eq? @self "$this"))
(relative_scope) @self
[(anonymous_class) (anonymous_function) (arrow_function)] @apart

; What is known of a value where its name is bound.
(simple_parameter type: (_) @type name: (variable_name) @name)
(property_promotion_parameter type: (_) @type name: (variable_name) @name)
(assignment_expression left: (variable_name) @name right: (_) @value)
(foreach_statement . (_) @each . (variable_name) @name)

; Where it may be something else than what it was bound as.
(binary_expression left: (_) @unsure operator: "instanceof")
(function_call_expression
  function: (name) @_test
  arguments: (arguments . (argument (_) @unsure))
  (#any-of? @_test
    "method_exists" "property_exists" "is_a" "is_callable" "is_subclass_of" "get_class" "assert"
    "is_object" "gettype"))
(class_constant_access_expression . (variable_name) @unsure)
(assignment_expression left: (member_access_expression) @unsure)

; What may be missing is asked for, or made up.
(function_call_expression function: (name) @_test (#eq? @_test "isset")) @unknown
(binary_expression left: (_) @unknown operator: "??")

; What is set on something is there from then on.
(assignment_expression left: (member_access_expression name: (name) @set))
(augmented_assignment_expression left: (member_access_expression name: (name) @set))
