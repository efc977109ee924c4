"""requests: say here what it holds."""
