(macro_invocation
  macro: (identifier) @_macro
  (#any-of? @_macro "todo" "unimplemented")) @stub

(expression_statement
  (macro_invocation
    macro: (identifier) @_macro
    (#any-of? @_macro "todo" "unimplemented"))) @stub
