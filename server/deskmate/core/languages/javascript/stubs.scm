(throw_statement (new_expression (arguments (string) @text)) (#match? @text "(?i)not.?implemented|todo|unimplemented")) @stub
