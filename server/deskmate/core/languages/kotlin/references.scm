(identifier) @use

(user_type) @type
