(const_statement
  name: (_) @alias
  value: (call (identifier) @_load arguments: (arguments . (string) @module))
  (#any-of? @_load "preload" "load")) @import
(extends_statement (string) @module) @import @everything @export
(source (extends_statement (type) @module) @import @everything @export)
(source (class_name_statement extends: (extends_statement (type) @module) @import @everything @export))
