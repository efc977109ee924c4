"""models: say here what it holds."""
