; A macro with a block behind it (`SECTION("one") { … }`, `Q_FOREACH (a, b) { … }`) is called
; without a semicolon.
((expression_statement
  (call_expression function: (identifier) @_macro)
  (MISSING ";") @sound)
  . (compound_statement)
  (#match? @_macro "^[A-Z][A-Z0-9_]+$|for_?each|foreach"))
