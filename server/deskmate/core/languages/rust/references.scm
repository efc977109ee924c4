[(identifier) (field_identifier) (shorthand_field_identifier)] @use

(type_identifier) @type
