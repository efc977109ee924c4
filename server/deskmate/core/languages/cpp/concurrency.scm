; inherits: c

[(co_await_expression) (co_yield_statement)] @async

((qualified_identifier) @thread (#match? @thread "^std::(thread|jthread|async)$"))
((qualified_identifier) @lock
  (#match? @lock "^std::(recursive_|shared_|timed_)?(mutex|lock_guard|unique_lock|shared_lock|scoped_lock|condition_variable|barrier|latch)"))
((qualified_identifier) @atomic (#match? @atomic "^std::(atomic|memory_order)"))
((call_expression function: (field_expression field: (field_identifier) @atomic))
  (#match? @atomic "^(compare_exchange_|fetch_)"))
((qualified_identifier) @channel (#match? @channel "^std::(promise|future)"))
