"""Model files: which there are, which suits this machine, where one comes from, and what stands in
its header.
"""
