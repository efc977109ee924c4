(package_header (qualified_identifier) @package)

(import
  (qualified_identifier . (identifier) @module @begins (identifier) @name .)
  . (identifier)? @alias) @import
(import (qualified_identifier) @module "*" @everything) @import
