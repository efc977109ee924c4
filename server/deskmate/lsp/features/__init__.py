"""One module for each request of the protocol that an editor can make: what it is given becomes
values, one function does it, and its result becomes LSP again.
"""
