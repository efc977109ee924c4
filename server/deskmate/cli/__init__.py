"""The command line: arguments and printing, one module for each command, its arguments in
`arguments`. What a command does is done by the rooms below.
"""
