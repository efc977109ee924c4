; Functions without a name, and what they are given to.
[
  (function_definition body: (_) @function.body)
  (function_definition !body "end" @function.body)
] @function.around

(function_call
  name: (_) @given
  arguments: (arguments . (string) @title (function_definition) @named))
(function_call name: (_) @given arguments: (arguments (function_definition) @named))
