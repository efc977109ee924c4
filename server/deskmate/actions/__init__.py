"""What can be asked for: actions as data, where each applies, and the context it is given."""
