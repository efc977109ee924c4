[(identifier) (name)] @use

(type) @type
