"""Claude, by Anthropic's own client. Only `cloud` may import it."""
