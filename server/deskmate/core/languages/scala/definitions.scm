(val_definition pattern: (identifier) @variable.name type: (_)? @variable.type) @variable.around
(var_definition pattern: (identifier) @variable.name type: (_)? @variable.type) @variable.around
(type_definition name: (_) @type.name) @type.around
(class_parameter name: (_) @field.name type: (_) @field.type) @field.around

(extends_clause type: [(type_identifier) @base (generic_type type: (_) @base)])
