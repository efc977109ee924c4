((function_call name: (dot_index_expression table: (identifier) @async))
  (#eq? @async "coroutine"))
