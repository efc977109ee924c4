((import_or_export) @import (#set! only "top"))
