"""The settings: one schema, the layers that they come from, and the project of a file."""
