((object_creation_expression type: (type_identifier) @thread) (#match? @thread "Thread$"))
((method_invocation name: (identifier) @thread)
  (#match? @thread "^(submit|execute|supplyAsync|runAsync|parallelStream|newFixedThreadPool|startVirtualThread)$"))

(synchronized_statement) @lock
(modifiers "synchronized") @lock
((type_identifier) @lock
  (#match? @lock "^(ReentrantLock|ReadWriteLock|ReentrantReadWriteLock|StampedLock|Semaphore|CountDownLatch|Condition|Lock)$"))

(modifiers "volatile") @atomic
((type_identifier) @atomic (#match? @atomic "^(Atomic|LongAdder|VarHandle|Concurrent)"))

((type_identifier) @channel (#match? @channel "(BlockingQueue|Exchanger|TransferQueue)$"))

((marker_annotation name: (identifier) @transaction) (#eq? @transaction "Transactional"))
((annotation name: (identifier) @transaction) (#eq? @transaction "Transactional"))
((method_invocation name: (identifier) @transaction)
  (#match? @transaction "^(commit|rollback|setAutoCommit)$"))
