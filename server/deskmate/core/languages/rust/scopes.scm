[
  (function_item name: (_) @function.name body: (_) @function.body)
  (function_signature_item name: (_) @function.name)
  (let_declaration
    pattern: (identifier) @function.name
    value: (closure_expression body: (block) @function.body))
] @function.around

[
  (struct_item name: (_) @class.name body: (_)? @class.body)
  (enum_item name: (_) @class.name body: (_) @class.body)
  (union_item name: (_) @class.name body: (_) @class.body)
  (trait_item name: (_) @class.name body: (_) @class.body)
  (impl_item
    type: [
      (type_identifier) @class.name
      (generic_type type: (_) @class.name)
    ]
    body: (_) @class.body)
] @class.around
