"""Files on disk, the user's and ours: where they lie, how they are read and replaced, databases."""
