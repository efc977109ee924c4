(preproc_include path: (_) @module) @import @everything @export
