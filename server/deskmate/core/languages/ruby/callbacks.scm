; A call with its block, which cannot stand without it: `it "adds" do … end`. In a method blocks are
; what loops are elsewhere.
([
  (call block: (do_block body: (_) @function.body))
  (call block: (do_block !body "end" @function.body))
  (call block: (block body: (_) @function.body))
  (call block: (block !body "}" @function.body))
] @function.around
  (#set! only "outside"))

[
  (lambda body: (block body: (_) @function.body))
  (lambda body: (do_block body: (_) @function.body))
] @function.around

(call method: (_) @given arguments: (argument_list . (_) @title) block: (_)) @named
(call method: (_) @given block: (_)) @named
(assignment left: (_) @given right: (lambda) @named)
