(compilation_unit [(open_module) (include_module)] @import)
