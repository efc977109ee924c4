(identifier) @use

[
  (parameter type: (_) @type)
  (variable_declaration type: (_) @type)
  (property_declaration type: (_) @type)
  (method_declaration returns: (_) @type)
  (type_argument_list (_) @type)
]
