(call
  target: (identifier) @_kind
  (arguments . [
    (call target: (_) @function.name)
    (identifier) @function.name
    (binary_operator left: [(call target: (_) @function.name) (identifier) @function.name])
  ])
  (do_block) @function.body
  (#any-of? @_kind "def" "defp" "defmacro" "defmacrop" "defguard")) @function.around

(call
  target: (identifier) @_kind
  (arguments . [
    (call target: (_) @function.name)
    (identifier) @function.name
    (binary_operator left: [(call target: (_) @function.name) (identifier) @function.name])
  ] (keywords (pair value: (_) @function.value)) .)
  (#any-of? @_kind "def" "defp" "defmacro" "defmacrop")) @function.around

(call
  target: (identifier) @_kind
  (arguments . (string (quoted_content) @function.name))
  (do_block) @function.body
  (#any-of? @_kind "test" "describe")) @function.around

(call
  target: (identifier) @_kind
  (arguments . (alias) @class.name)
  (do_block) @class.body
  (#any-of? @_kind "defmodule" "defprotocol" "defimpl")) @class.around
