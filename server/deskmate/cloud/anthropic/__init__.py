"""anthropic: say here what it holds."""
