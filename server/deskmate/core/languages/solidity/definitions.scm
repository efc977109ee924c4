(state_variable_declaration type: (_) @variable.type name: (_) @variable.name) @variable.around
(struct_member type: (_) @variable.type name: (_) @variable.name) @variable.around

(inheritance_specifier ancestor: (_) @base)
