[
  (function_definition name: (_) @function.name body: (_)? @function.body)
  (modifier_definition name: (_) @function.name body: (_)? @function.body)
  (constructor_definition "constructor" @function.name body: (_) @function.body)
  (fallback_receive_definition ["receive" "fallback"] @function.name body: (_)? @function.body)
] @function.around

[
  (contract_declaration name: (_) @class.name body: (_) @class.body)
  (interface_declaration name: (_) @class.name body: (_) @class.body)
  (library_declaration name: (_) @class.name body: (_) @class.body)
  (struct_declaration name: (_) @class.name body: (_) @class.body)
] @class.around

(fallback_receive_definition) @complete
