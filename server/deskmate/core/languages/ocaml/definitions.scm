(value_definition (let_binding pattern: (value_name) @variable.name)) @variable.around
(external (value_name) @variable.name) @variable.around
(exception_definition (constructor_declaration (constructor_name) @type.name)) @type.around
(type_definition (type_binding name: (_) @type.name)) @type.around
(field_declaration (field_name) @field.name type: (_) @field.type) @field.around
(variant_declaration (constructor_declaration (constructor_name) @field.name) @field.around)
(instance_variable_definition (instance_variable_name) @field.name) @field.around

(inheritance_definition class: (_) @base)
