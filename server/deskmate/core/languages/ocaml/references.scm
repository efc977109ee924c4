[(value_name) (constructor_name) (module_name) (field_name)] @use

(type_constructor) @type
