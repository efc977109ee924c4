[(command_name) (simple_name) (variable)] @use

(type_identifier) @type
