((const_statement) @import (#match? @import "= *(pre)?load\\(") (#set! only "top"))
