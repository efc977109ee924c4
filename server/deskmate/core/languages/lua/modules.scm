(assignment_statement
  (variable_list . name: (identifier) @alias .)
  (expression_list
    .
    value: (function_call
      name: (identifier) @_call
      arguments: (arguments . (string content: (_) @module) .))
    .)
  (#eq? @_call "require")) @import
(assignment_statement
  (variable_list . name: (identifier) @alias .)
  (expression_list
    .
    value: (dot_index_expression
      table: (function_call
        name: (identifier) @_call
        arguments: (arguments . (string content: (_) @module) .))
      field: (identifier) @name)
    .)
  (#eq? @_call "require")) @import
