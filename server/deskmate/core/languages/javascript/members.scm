; What is asked of what.
(member_expression
  object: (_) @object property: [(property_identifier) (private_property_identifier)] @member) @use
(call_expression function: (_) @function) @call
(new_expression constructor: [(identifier) (member_expression)] @class) @made
(subscript_expression object: (_) @of index: [(number) (identifier)]) @item
(parenthesized_expression . (_) @inner .) @same

; The object itself; what has one of its own inside of a class.
(this) @self
[(function_expression) (function_declaration) (generator_function) (generator_function_declaration)] @apart
(object (method_definition) @apart)

; What is known of a value where its name is bound.
(variable_declarator name: (identifier) @name value: (_) @value)
(for_in_statement left: (identifier) @name operator: "of" right: (_) @each)

; Where it may be something else than what it was bound as.
(binary_expression left: (_) @unsure operator: "instanceof")
(binary_expression operator: "in" right: (_) @unsure)
(unary_expression operator: "typeof" argument: (_) @unsure)
(assignment_expression left: (member_expression) @unsure)
(switch_statement value: (_ (member_expression object: (_) @unsure)))
(if_statement condition: (_ (call_expression arguments: (arguments (_) @unsure))))
(if_statement condition: (_ (unary_expression (call_expression arguments: (arguments (_) @unsure)))))
(binary_expression operator: ["&&" "||"] (call_expression arguments: (arguments (_) @unsure)))
(binary_expression
  operator: ["&&" "||"] (unary_expression (call_expression arguments: (arguments (_) @unsure))))
(ternary_expression condition: (call_expression arguments: (arguments (_) @unsure)))

; What is set on something is there from then on.
(assignment_expression left: (member_expression property: (_) @set))
(augmented_assignment_expression left: (member_expression property: (_) @set))
(array_pattern (member_expression property: (_) @set))
(pair_pattern value: (member_expression property: (_) @set))
(rest_pattern (member_expression property: (_) @set))
(for_in_statement left: (member_expression property: (_) @set))

; Where what is missing is caught.
(try_statement body: (_) @unknown)
