"""Models that answer: one protocol, several ways to reach one."""
