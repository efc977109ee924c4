(command
  name: (command_name) @_name
  .
  argument: [(word) @module (string . (string_content) @module .) (raw_string) @module]
  (#any-of? @_name "source" ".")) @import @everything @export

; "$(dirname "$0")/rules.sh"
(command
  name: (command_name) @_name
  .
  argument: (string . [(command_substitution) (expansion) (simple_expansion)] (string_content) @module @relative .)
  (#any-of? @_name "source" ".")) @import @everything @export
