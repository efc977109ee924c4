[(command_name) (variable_name)] @use
