"""prose: say here what it holds."""
