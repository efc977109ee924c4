; inherits: c

(method_definition . (method_type) . (identifier) @function.name (compound_statement) @function.body) @function.around
(method_declaration . (method_type) . (identifier) @function.name) @function.around

[
  (class_interface . (identifier) @class.name)
  (class_implementation . (identifier) @class.name)
  (protocol_declaration . (identifier) @class.name)
] @class.around

(implementation_definition (_) @wrapped) @wrapper
