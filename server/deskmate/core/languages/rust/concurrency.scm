(await_expression) @async
(function_modifiers "async") @async
(async_block) @async

((call_expression function: [(scoped_identifier) (field_expression)] @thread)
  (#match? @thread "(thread|tokio|rayon|task|pool|scope|s)(::|\\.)(spawn|spawn_blocking|scope|join)$"))

((type_identifier) @lock (#match? @lock "^(Mutex|RwLock|Condvar|Barrier|Semaphore)$"))
((call_expression function: (field_expression field: (field_identifier) @lock))
  (#match? @lock "^(lock|try_lock)$"))

((type_identifier) @atomic (#match? @atomic "^Atomic"))
((scoped_identifier path: (identifier) @atomic) (#eq? @atomic "Ordering"))

((type_identifier) @channel (#match? @channel "^(Sender|Receiver|SyncSender)$"))
((scoped_identifier) @channel (#match? @channel "(mpsc|oneshot|broadcast|crossbeam_channel)::"))
