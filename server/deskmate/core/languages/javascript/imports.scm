((import_statement) @import (#set! only "top"))

([
    (lexical_declaration (variable_declarator value: (call_expression function: (identifier) @_call)))
    (variable_declaration (variable_declarator value: (call_expression function: (identifier) @_call)))
  ] @import
  (#eq? @_call "require") (#set! only "top"))
