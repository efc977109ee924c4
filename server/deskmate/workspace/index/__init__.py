"""What the source files of a project define, import and use: kept in a database that a process of
its own writes, and found for one file at a time where that has not come so far.
"""
