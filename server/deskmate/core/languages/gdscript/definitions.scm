[
  (variable_statement name: (_) @variable.name type: (type)? @variable.type)
  (export_variable_statement name: (_) @variable.name type: (type)? @variable.type)
  (onready_variable_statement name: (_) @variable.name type: (type)? @variable.type)
  (const_statement name: (_) @variable.name)
  (signal_statement name: (_) @variable.name)
] @variable.around
(class_name_statement name: (_) @type.name) @type.around
(enum_definition name: (_) @type.name) @type.around
(enumerator left: (_) @variable.name) @variable.around

(class_definition extends: (extends_statement (type) @base))
