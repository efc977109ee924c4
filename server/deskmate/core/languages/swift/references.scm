(simple_identifier) @use

(user_type) @type
