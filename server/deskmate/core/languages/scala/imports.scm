(compilation_unit (import_declaration) @import)
