"""openai: say here what it holds."""
