((application_expression function: (value_path) @_call) @stub
  (#any-of? @_call "failwith" "assert")
  (#match? @stub "(?i)not.?(yet.?)?implemented|unimplemented|todo"))
