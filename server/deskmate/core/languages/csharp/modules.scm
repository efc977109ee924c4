(namespace_declaration name: (_) @package)
(file_scoped_namespace_declaration name: (_) @package)

; A type in none, beside namespaces with braces.
(compilation_unit (namespace_declaration) [(class_declaration) (struct_declaration)] @everywhere)

(using_directive !name [(identifier) (qualified_name)] @module) @import @everything
(using_directive
  name: (_) @alias
  (qualified_name qualifier: (_) @module name: (_) @name)) @import
