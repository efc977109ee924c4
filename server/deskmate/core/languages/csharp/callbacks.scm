; Lambdas and anonymous methods, and what they are given to.
(lambda_expression body: (block) @function.body) @function.around
(lambda_expression body: (expression) @function.value) @function.around
(anonymous_method_expression (block) @function.body) @function.around

(invocation_expression
  function: (_) @given
  arguments: (argument_list
    . (argument (string_literal) @title)
    (argument [(lambda_expression) (anonymous_method_expression)] @named)))
(invocation_expression
  function: (_) @given
  arguments: (argument_list
    (argument [(lambda_expression) (anonymous_method_expression)] @named)))
(object_creation_expression
  type: (_) @given
  arguments: (argument_list (argument (lambda_expression) @named)))
(assignment_expression
  left: (_) @given
  right: [(lambda_expression) (anonymous_method_expression)] @named)
