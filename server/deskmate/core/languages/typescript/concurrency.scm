(await_expression) @async
[
  (function_declaration "async")
  (function_expression "async")
  (arrow_function "async")
  (method_definition "async")
] @async

((new_expression constructor: (identifier) @thread) (#match? @thread "Worker$"))
((call_expression function: (member_expression object: (identifier) @_promise property: (property_identifier) @thread))
  (#eq? @_promise "Promise")
  (#match? @thread "^(all|allSettled|any|race)$"))

((call_expression function: (member_expression property: (property_identifier) @lock))
  (#match? @lock "^(runExclusive|acquire)$"))
((new_expression constructor: (identifier) @lock) (#match? @lock "^(Mutex|Semaphore)$"))

((identifier) @atomic (#match? @atomic "^(Atomics|SharedArrayBuffer)$"))
((new_expression constructor: (identifier) @channel)
  (#match? @channel "^(MessageChannel|BroadcastChannel|TransformStream)$"))
((call_expression function: (member_expression property: (property_identifier) @transaction))
  (#match? @transaction "^\\$?transaction$"))
