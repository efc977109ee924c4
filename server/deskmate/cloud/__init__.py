"""cloud: say here what it holds."""
