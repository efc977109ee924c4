"""workers: say here what it holds."""
