"""The rule checker for English prose, in a process of its own."""
