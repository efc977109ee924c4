"""One module a command: its arguments, and which function of `cli` gets them.

Each imports what its command needs when the command is run, so that `deskmate --help` answers and
the language server starts without waiting for what they do not use.
"""
