; inherits: c

((module_import) @import (#set! only "top"))
