(identifier) @use

(alias) @type
