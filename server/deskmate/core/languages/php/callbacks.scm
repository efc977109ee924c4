; Closures, and what they are given to.
(anonymous_function body: (_) @function.body) @function.around
(arrow_function body: (_) @function.value) @function.around

; Route::get("/", function () { … })
(_
  name: (name) @given
  arguments: (arguments
    . (argument [(string) (encapsed_string)] @title)
    (argument [(anonymous_function) (arrow_function)] @named)))
(_
  name: (name) @given
  arguments: (arguments (argument [(anonymous_function) (arrow_function)] @named)))
(function_call_expression
  function: (_) @given
  arguments: (arguments
    . (argument [(string) (encapsed_string)] @title)
    (argument [(anonymous_function) (arrow_function)] @named)))
(function_call_expression
  function: (_) @given
  arguments: (arguments (argument [(anonymous_function) (arrow_function)] @named)))
(array_element_initializer
  . [(string) (encapsed_string)] @given
  [(anonymous_function) (arrow_function)] @named)
(assignment_expression left: (_) @given right: [(anonymous_function) (arrow_function)] @named)
