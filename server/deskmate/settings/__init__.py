"""settings: say here what it holds."""
