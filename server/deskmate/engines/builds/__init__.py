"""Builds of llama.cpp: which there are, how fast each is on this machine, getting another one."""
