(call
  target: (identifier) @_kind
  (arguments . (alias) @module)
  (#any-of? @_kind "import" "use")) @import @everything
(call
  target: (identifier) @_kind
  (arguments . (alias) @module . (keywords (pair value: (alias) @alias))?)
  (#any-of? @_kind "alias" "require")) @import
(call
  target: (identifier) @_kind
  (arguments . (dot left: (alias) @prefix right: (tuple (alias) @module)))
  (#any-of? @_kind "alias" "require" "import" "use")) @import
