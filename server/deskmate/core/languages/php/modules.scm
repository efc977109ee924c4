(namespace_definition name: (_) @package)

(namespace_use_declaration
  (namespace_use_clause
    (qualified_name prefix: (_) @module (name) @name)
    alias: (_)? @alias)) @import
(namespace_use_declaration
  (namespace_name) @module
  body: (namespace_use_group (namespace_use_clause . (name) @name alias: (_)? @alias))) @import

(require_expression (string (string_content) @module)) @import @everything
(require_once_expression (string (string_content) @module)) @import @everything
(include_expression (string (string_content) @module)) @import @everything
(include_once_expression (string (string_content) @module)) @import @everything

; __DIR__ . '/rules.php'
([
  (require_expression
    (binary_expression left: (name) @_here right: (string (string_content) @module @relative)))
  (require_once_expression
    (binary_expression left: (name) @_here right: (string (string_content) @module @relative)))
  (include_expression
    (binary_expression left: (name) @_here right: (string (string_content) @module @relative)))
  (include_once_expression
    (binary_expression left: (name) @_here right: (string (string_content) @module @relative)))
] @import @everything
  (#eq? @_here "__DIR__"))
