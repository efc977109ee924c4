(program
  (call
    method: (identifier) @_call
    (#any-of? @_call "require" "require_relative")) @import)
