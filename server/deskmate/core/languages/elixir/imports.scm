(do_block
  (call target: (identifier) @_kind) @import
  (#any-of? @_kind "alias" "import" "use" "require"))

; In an answer without its module.
(source
  (call target: (identifier) @_kind) @import
  (#any-of? @_kind "alias" "import" "use" "require"))
