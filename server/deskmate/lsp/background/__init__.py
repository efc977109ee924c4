"""What is prepared while nobody waits: explanations, documentation, hints on a text, and prompts
that are read ahead. None of it knows the session.
"""
