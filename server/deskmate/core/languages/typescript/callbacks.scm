; Functions without a name, and what they are given to: the first pattern that fits names them.
[
  (function_expression body: (_) @function.body)
  (generator_function body: (_) @function.body)
  (arrow_function body: (statement_block) @function.body)
  (arrow_function body: (expression) @function.value)
] @function.around

(function_expression name: (_) @given) @named

; onClick={() => { … }}, whose nodes only the grammars with JSX have
(_
  . (property_identifier) @given
  . (_ . [(arrow_function) (function_expression)] @named .))

; const save = useCallback(() => { … }, [])
(variable_declarator
  name: (identifier) @given
  value: (call_expression
    arguments: (arguments [(arrow_function) (function_expression) (generator_function)] @named)))

; app.get("/", () => { … })
(call_expression
  function: (_) @given
  arguments: (arguments
    . [(string) (template_string)] @title
    [(arrow_function) (function_expression) (generator_function)] @named))
(call_expression
  function: (_) @given
  arguments: (arguments [(arrow_function) (function_expression) (generator_function)] @named))
(new_expression
  constructor: (_) @given
  arguments: (arguments [(arrow_function) (function_expression)] @named))

(pair key: (_) @given value: (_) @named)
(assignment_expression left: (_) @given right: (_) @named)
