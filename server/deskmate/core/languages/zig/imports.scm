((variable_declaration) @import
  (#match? @import "^(pub )?const \\w+ = @import\\(") (#set! only "top"))
