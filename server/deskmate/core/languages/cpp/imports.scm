; inherits: c

(translation_unit (using_declaration) @import)
