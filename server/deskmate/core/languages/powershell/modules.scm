(command
  command_name: (command_name) @_using
  command_elements: (command_elements . (_) . (generic_token) @_kind . (_) . (generic_token) @module .)
  (#eq? @_using "using")) @import @everything
(command
  (command_invokation_operator) @_dot
  command_name: (_) @module
  (#eq? @_dot ".")) @import @everything @export
(command
  command_name: (command_name) @_import
  command_elements: (command_elements . (_) . (_) @module)
  (#match? @_import "(?i)^import-module$")) @import @everything
