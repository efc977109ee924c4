(compilation_unit (using_directive) @import)
