(translation_unit (preproc_include) @import)
