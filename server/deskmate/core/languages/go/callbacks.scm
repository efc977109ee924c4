; Functions without a name, and what they are given to.
(func_literal body: (_) @function.body) @function.around

; t.Run("adds", func(t *testing.T) { … })
(call_expression
  function: (_) @given
  arguments: (argument_list
    . [(interpreted_string_literal) (raw_string_literal)] @title
    (func_literal) @named))
(call_expression function: (_) @given arguments: (argument_list (func_literal) @named))
(go_statement "go" @given (call_expression function: (func_literal) @named))
(defer_statement "defer" @given (call_expression function: (func_literal) @named))
(keyed_element
  key: (literal_element) @given
  value: (literal_element (func_literal) @named))
(assignment_statement left: (expression_list (_) @given) right: (expression_list (func_literal) @named))
