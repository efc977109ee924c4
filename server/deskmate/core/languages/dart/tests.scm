; What `main` does: the tests of a file.
(program
  (function_signature name: (identifier) @_main)
  .
  (function_body (block) @tests)
  (#eq? @_main "main"))
