[(identifier) (field_identifier)] @use

(type_identifier) @type
