[
  (function_declaration name: (simple_identifier) @function.name body: (_)? @function.body)
  (protocol_function_declaration name: (simple_identifier) @function.name)
  (init_declaration "init" @function.name body: (_)? @function.body)
  (deinit_declaration "deinit" @function.name body: (_) @function.body)
] @function.around

[
  (class_declaration name: (_) @class.name body: (_) @class.body)
  (protocol_declaration name: (_) @class.name body: (_) @class.body)
] @class.around
