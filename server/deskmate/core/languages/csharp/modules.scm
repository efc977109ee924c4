(namespace_declaration name: (_) @package)
(file_scoped_namespace_declaration name: (_) @package)

(using_directive !name [(identifier) (qualified_name)] @module) @import @everything
(using_directive
  name: (_) @alias
  (qualified_name qualifier: (_) @module name: (_) @name)) @import
