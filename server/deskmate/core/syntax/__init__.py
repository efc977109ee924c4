"""syntax: say here what it holds."""
