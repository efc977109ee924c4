[(identifier) (instance_variable)] @use

(constant) @type
