[(identifier) (property_identifier) (shorthand_property_identifier)] @use

(type_identifier) @type
