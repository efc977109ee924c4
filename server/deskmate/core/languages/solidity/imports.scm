((import_directive) @import (#set! only "top"))
