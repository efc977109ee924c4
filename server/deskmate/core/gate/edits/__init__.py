"""How an accepted reply becomes edits, one module for each kind of place it goes to."""
