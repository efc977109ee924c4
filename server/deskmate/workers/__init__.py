"""Who does what is asked for: a function from `Work` to `Done` for each kind of result."""
