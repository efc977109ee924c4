(call
  !receiver
  method: (identifier) @_method
  arguments: (argument_list . (string (string_content) @module) .)
  (#eq? @_method "require")) @import @everything @export
(call
  !receiver
  method: (identifier) @_method
  arguments: (argument_list . (string (string_content) @module @relative) .)
  (#eq? @_method "require_relative")) @import @everything @export
