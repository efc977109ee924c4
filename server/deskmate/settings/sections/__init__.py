"""One module for each section of the settings, of its name: the types of its settings, their
defaults, and what docs/settings.md says about them.
"""
