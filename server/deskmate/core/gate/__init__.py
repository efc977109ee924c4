"""The gate: a reply becomes edits that passed every check, or sentences that say what is wrong with
it.
"""
