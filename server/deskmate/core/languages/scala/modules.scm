(package_clause name: (_) @package)

(import_declaration . (identifier) @module @begins (identifier) @name .) @import
(import_declaration
  . (identifier) @module @begins
  (namespace_selectors
    [(identifier) @name (arrow_renamed_identifier name: (_) @name alias: (_) @alias)])) @import
(import_declaration
  . (identifier) @module @begins
  (namespace_wildcard) @everything) @import
