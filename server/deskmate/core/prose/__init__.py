"""Prose: which pieces of a document may be rewritten, and the edits that a new text comes to."""
