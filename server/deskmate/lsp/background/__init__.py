"""background: say here what it holds."""
