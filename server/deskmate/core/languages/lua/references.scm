(identifier) @use
