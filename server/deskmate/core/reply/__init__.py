"""What a model said, without all that surrounds the code or prose in it, as candidates for the
gate.
"""
