"""All that stands between this machine and a model elsewhere: consent, redaction, the ledger, and
the one gateway that everything goes through.
"""
