(pass_statement) @stub
