(do_block
  (call target: (identifier) @_kind) @import
  (#any-of? @_kind "alias" "import" "use" "require"))
