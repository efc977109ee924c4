((using_directive) @import (#set! only "top"))
