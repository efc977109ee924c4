((statement (revert_statement)) @stub (#match? @stub "(?i)not.?(yet.?)?implemented|unimplemented|todo"))
