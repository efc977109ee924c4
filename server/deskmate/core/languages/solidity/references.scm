(identifier) @use

(type_name) @type
