((import_declaration) @import (#set! only "top"))
