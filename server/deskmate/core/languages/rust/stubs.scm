((macro_invocation macro: (identifier) @macro) @stub
  (#any-of? @macro "todo" "unimplemented"))
