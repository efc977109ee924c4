(translation_unit
  [
    (preproc_include)
    (using_declaration)
  ] @import)
