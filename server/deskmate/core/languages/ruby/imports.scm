((call method: (identifier) @_call) @import
  (#any-of? @_call "require" "require_relative") (#set! only "top"))
