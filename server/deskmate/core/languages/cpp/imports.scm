; inherits: c

((using_declaration) @import (#set! only "top"))
