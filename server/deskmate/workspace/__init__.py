"""The project beyond the open file: what of it may be shown to a model."""
