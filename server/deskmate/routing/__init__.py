"""What stands between this machine and a model elsewhere: redaction, one door, a ledger."""
