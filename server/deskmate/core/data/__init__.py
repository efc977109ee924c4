"""data: say here what it holds."""
