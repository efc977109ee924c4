"""Runs in the jail, by the project's interpreter: compares a module as it is with the same module
as an answer would have it, on the same inputs. It imports nothing else of Deskmate's.
"""
