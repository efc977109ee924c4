((source_file (variable_declaration) @import)
  (#match? @import "^(pub )?const \\w+ = @import\\("))
