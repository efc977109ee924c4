"""Servers that speak the OpenAI protocol, local or of a team: what each can do is asked of it,
never guessed from a name.
"""
