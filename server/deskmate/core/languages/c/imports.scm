((preproc_include) @import (#set! only "top"))
