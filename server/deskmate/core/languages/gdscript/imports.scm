((source (const_statement) @import) (#match? @import "= *(pre)?load\\("))
