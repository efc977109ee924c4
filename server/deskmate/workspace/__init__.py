"""The project beyond the open file: its index, and which of its files may be shown to a model."""
