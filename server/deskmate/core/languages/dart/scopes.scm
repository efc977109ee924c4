; The body stands behind the signature, not in it.
(_
  (function_signature name: (_) @function.name) @function.around
  . (function_body) @function.body)
(_
  (method_signature [
    (function_signature name: (_) @function.name)
    (getter_signature name: (_) @function.name)
    (setter_signature name: (_) @function.name)
    (constructor_signature name: (_) @function.name . (formal_parameter_list))
    (factory_constructor_signature (identifier) @function.name)
  ]) @function.around
  . (function_body) @function.body)

[
  (class_definition name: (_) @class.name body: (_) @class.body)
  (enum_declaration name: (_) @class.name body: (_) @class.body)
  (extension_declaration name: (_) @class.name body: (_) @class.body)
  (mixin_declaration (identifier) @class.name (class_body) @class.body)
] @class.around
