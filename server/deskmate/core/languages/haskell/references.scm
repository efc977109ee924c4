[(variable) (constructor)] @use

(name) @type
