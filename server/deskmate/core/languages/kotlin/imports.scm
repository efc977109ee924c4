((import) @import (#set! only "top"))
