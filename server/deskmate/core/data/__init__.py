"""Data in text: formats, records with their schema, and what is tidied by rules."""
