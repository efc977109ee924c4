(header module: (module) @package)

(import module: (module) @module !names !alias) @import @everything
(import module: (module) @module alias: (module) @alias) @import
((import
  module: (module) @module
  names: (import_list name: (import_name [variable: (_) type: (_)] @name))) @import
  (#not-match? @import "\\shiding\\b"))
((import module: (module) @module names: (import_list)) @import @everything
  (#match? @import "\\shiding\\b"))

; module Shop (module Shop.Order) where
(exports (module_export module: (module) @passed))
