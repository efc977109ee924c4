((flow_control_statement) @stub (#match? @stub "(?i)^throw.*(not.?(yet.?)?implemented|todo)"))
