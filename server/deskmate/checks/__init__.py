"""What is known of an answer beyond that it parses: judges, and the jail that code is run in."""
