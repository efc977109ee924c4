"""reply: say here what it holds."""
