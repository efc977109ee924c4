(import_statement source: (string) @module) @import
(import_statement
  (import_clause (identifier) @alias)
  source: (string) @module) @import
(import_statement
  (import_clause (namespace_import (identifier) @alias))
  source: (string) @module) @import
(import_statement
  (import_clause (named_imports (import_specifier name: (_) @name alias: (_)? @alias)))
  source: (string) @module) @import

(export_statement "*" @everything @export source: (string) @module) @import
(export_statement (namespace_export (_) @alias) @export source: (string) @module) @import
(export_statement
  (export_clause (export_specifier name: (_) @name alias: (_)? @alias)) @export
  source: (string) @module) @import

(variable_declarator
  name: (identifier) @alias
  value: (call_expression
    function: (identifier) @_call
    arguments: (arguments . (string) @module .))
  (#eq? @_call "require")) @import
(variable_declarator
  name: (object_pattern
    [
      (shorthand_property_identifier_pattern) @name
      (pair_pattern key: (_) @name value: (identifier) @alias)
    ])
  value: (call_expression
    function: (identifier) @_call
    arguments: (arguments . (string) @module .))
  (#eq? @_call "require")) @import
