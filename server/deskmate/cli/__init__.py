"""The command line: arguments and printing, one module for each command. What a command does is
done by the rooms below.
"""
