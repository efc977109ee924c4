"""harper: say here what it holds."""
