(import_directive source: (string) @module !import_name !alias) @import @everything
(import_directive source: (string) @module alias: (_) @alias !import_name) @import
(import_directive alias: (_) @alias source: (string) @module !import_name) @import
(import_directive
  import_name: (_) @name . alias: (_)? @alias
  source: (string) @module) @import
