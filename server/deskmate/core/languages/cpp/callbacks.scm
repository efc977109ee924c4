; Lambdas, and what they are given to.
(lambda_expression body: (_) @function.body) @function.around

(init_declarator
  declarator: (identifier) @given
  value: (call_expression arguments: (argument_list (lambda_expression) @named)))
(call_expression
  function: (_) @given
  arguments: (argument_list . (string_literal) @title (lambda_expression) @named))
(call_expression function: (_) @given arguments: (argument_list (lambda_expression) @named))
(assignment_expression left: (_) @given right: (lambda_expression) @named)
