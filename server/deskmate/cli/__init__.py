"""cli: say here what it holds."""
