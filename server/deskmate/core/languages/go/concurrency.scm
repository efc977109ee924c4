(go_statement) @thread

[
  (send_statement)
  (receive_statement)
  (select_statement)
  (channel_type)
  (unary_expression operator: "<-")
] @channel

((call_expression function: (selector_expression field: (field_identifier) @lock))
  (#match? @lock "^(Lock|Unlock|RLock|RUnlock|TryLock)$"))

((qualified_type) @lock (#match? @lock "^sync\\.(Mutex|RWMutex|WaitGroup|Cond|Once|Map)$"))

((selector_expression operand: (identifier) @atomic) (#eq? @atomic "atomic"))
((qualified_type package: (package_identifier) @atomic) (#eq? @atomic "atomic"))

((call_expression function: (selector_expression field: (field_identifier) @transaction))
  (#match? @transaction "^(BeginTx|Begin|Commit|Rollback)$"))
