"""The fixture of several stories in Neovim; it lies outside, for mypy knows one conftest only."""

from neovim_start import start

__all__ = ["start"]
