(name) @use

(named_type) @type
