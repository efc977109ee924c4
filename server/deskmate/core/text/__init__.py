"""text: say here what it holds."""
