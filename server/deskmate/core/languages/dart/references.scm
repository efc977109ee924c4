(identifier) @use
(type_identifier) @type
