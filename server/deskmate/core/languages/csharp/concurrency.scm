(await_expression) @async
((modifier) @async (#eq? @async "async"))

((invocation_expression function: (member_access_expression) @thread)
  (#match? @thread "(Task|Parallel|ThreadPool)\\.\\w+$"))
((object_creation_expression type: (identifier) @thread) (#eq? @thread "Thread"))

(lock_statement) @lock
((identifier) @lock
  (#match? @lock "^(Mutex|SemaphoreSlim|Semaphore|Monitor|ReaderWriterLockSlim|ManualResetEvent)$"))

((modifier) @atomic (#eq? @atomic "volatile"))
((identifier) @atomic (#match? @atomic "^(Interlocked|ConcurrentDictionary|ConcurrentQueue|ConcurrentBag)$"))

((identifier) @channel (#match? @channel "^(Channel|BlockingCollection)$"))
((identifier) @transaction (#match? @transaction "^(TransactionScope|BeginTransaction|BeginTransactionAsync)$"))
