"""features: say here what it holds."""
