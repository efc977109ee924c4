(field name: (field_name (variable) @variable.name) type: (_) @variable.type) @variable.around
