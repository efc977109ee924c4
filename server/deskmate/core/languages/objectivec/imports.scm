; inherits: c

(translation_unit (module_import) @import)
