; Lambdas, and what they are given to.
(lambda_expression body: (block) @function.body) @function.around
(lambda_expression body: (expression) @function.value) @function.around

(method_invocation
  name: (_) @given
  arguments: (argument_list . (string_literal) @title (lambda_expression) @named))
(method_invocation name: (_) @given arguments: (argument_list (lambda_expression) @named))
(object_creation_expression type: (_) @given arguments: (argument_list (lambda_expression) @named))
(assignment_expression left: (_) @given right: (lambda_expression) @named)
