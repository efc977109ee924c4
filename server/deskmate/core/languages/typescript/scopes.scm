; inherits: javascript

[
  (function_signature name: (_) @function.name)
  (method_signature name: (_) @function.name)
  (abstract_method_signature name: (_) @function.name)
] @function.around

[
  (abstract_class_declaration name: (_) @class.name body: (_) @class.body)
  (interface_declaration name: (_) @class.name body: (_) @class.body)
  (enum_declaration name: (_) @class.name body: (_) @class.body)
] @class.around

(ambient_declaration (_) @wrapped) @wrapper

; constructor(private readonly a: A) {}
(method_definition
  name: (property_identifier) @_name
  parameters: (formal_parameters (_ (accessibility_modifier)))
  (#eq? @_name "constructor")) @complete
