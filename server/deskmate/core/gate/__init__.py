"""gate: say here what it holds."""
