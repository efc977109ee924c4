(source_file (import_directive) @import)
