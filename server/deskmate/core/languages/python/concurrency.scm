(await) @async

(for_statement "async") @async
(with_statement "async") @async
(function_definition "async") @async

((call function: [(identifier) (attribute)] @thread)
  (#match? @thread "(^|\\.)(Thread|Process|ThreadPoolExecutor|ProcessPoolExecutor|Pool|to_thread|run_in_executor|create_task|TaskGroup|gather|fork)$"))

([(identifier) (attribute)] @lock
  (#match? @lock "(^|[._])(r?lock|mutex|semaphore|condition|Lock|RLock|Semaphore|BoundedSemaphore|Condition|Barrier)$"))

((call function: [(identifier) (attribute)] @channel)
  (#match? @channel "(^|\\.)(Queue|SimpleQueue|LifoQueue|PriorityQueue|Pipe|open_memory_channel)$"))

((call function: [(identifier) (attribute)] @transaction)
  (#match? @transaction "\\.(commit|rollback|atomic|transaction|begin|begin_nested|with_for_update|select_for_update)$"))
