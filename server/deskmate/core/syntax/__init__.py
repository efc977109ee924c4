"""Documents and what Tree-sitter says of them, for every language alike: a language itself is data,
in `core/languages`.
"""
