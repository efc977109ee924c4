"""edits: say here what it holds."""
