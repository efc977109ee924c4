(function_definition name: (_) @function.name body: [(block) (indented_block)] @function.body) @function.around
(function_definition
  name: (_) @function.name
  body: [
    (assignment_expression)
    (boolean_literal)
    (call_expression)
    (field_expression)
    (floating_point_literal)
    (for_expression)
    (generic_function)
    (identifier)
    (if_expression)
    (infix_expression)
    (instance_expression)
    (integer_literal)
    (interpolated_string_expression)
    (lambda_expression)
    (match_expression)
    (null_literal)
    (operator_identifier)
    (parenthesized_expression)
    (postfix_expression)
    (prefix_expression)
    (string)
    (throw_expression)
    (try_expression)
    (tuple_expression)
    (unit)
  ] @function.value) @function.around
(function_declaration name: (_) @function.name) @function.around

[
  (class_definition name: (_) @class.name body: (_)? @class.body)
  (trait_definition name: (_) @class.name body: (_)? @class.body)
  (object_definition name: (_) @class.name body: (_)? @class.body)
  (enum_definition name: (_) @class.name body: (_)? @class.body)
] @class.around

; test("adds") { … }
(call_expression
  function: (call_expression
    function: (identifier) @_test
    arguments: (arguments . (string) @function.name))
  arguments: (block) @function.body
  (#any-of? @_test "test" "it" "property")) @function.around
