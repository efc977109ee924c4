; Closures, and what they are given to.
(closure_expression body: (block) @function.body) @function.around
(closure_expression body: (_) @function.value) @function.around

(call_expression
  function: (_) @given
  arguments: (arguments . (string_literal) @title (closure_expression) @named))
(call_expression function: (_) @given arguments: (arguments (closure_expression) @named))
(field_initializer field: (_) @given value: (closure_expression) @named)
