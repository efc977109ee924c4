(source_file (import) @import)
