([(open_module) (include_module)] @import (#set! only "top"))
