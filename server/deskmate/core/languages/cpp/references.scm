; inherits: c

(namespace_identifier) @use
