"""One request from its arguments to its proposal: resolved once, routed, worked on, and counted."""
