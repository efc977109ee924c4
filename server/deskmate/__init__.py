"""Deskmate: a language server that gives every editor a local coding model."""

__version__ = "0.1.0"
