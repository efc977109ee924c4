"""files: say here what it holds."""
