"""What the client is sent, made safe: every message passes here (`pygls_protocol`)."""

from __future__ import annotations

from typing import Any

from lsprotocol.types import MarkupKind

from deskmate.core.text.safe import safe_markdown, safe_text

HOVER = 20_000
"""Characters of a hover that are shown."""

EXACT = {
    "jsonrpc", "method", "id", "uri", "oldUri", "newUri", "baseUri", "scopeUri",
    "newText", "insertText",  # an edit that has passed the gate, or what is suggested that has
    "data", "arguments", "command", "registerOptions", "capabilities",  # comes back, or is ours
    "text",  # Markdown that `Client.stream` made safe, and what would be sent, to the letter
}  # fmt: skip
"""What is no text for the user to read, by its name in LSP, or was made safe before."""


def make_safe(message: Any) -> Any:
    """The message, as JSON values, with all that the user may read as text that does nothing:
    Markdown in a hover, and plain text everywhere else.
    """
    if isinstance(message, str):
        return safe_text(message)
    if isinstance(message, list | tuple):
        return [make_safe(one) for one in message]
    if not isinstance(message, dict):
        return message
    if message.get("kind") == MarkupKind.Markdown and isinstance(message.get("value"), str):
        return message | {"value": safe_markdown(message["value"], HOVER)}
    return {
        key: value if key in EXACT and not _is_nested(key, value) else make_safe(value)
        for key, value in message.items()
    }


def _is_nested(key: str, value: Any) -> bool:
    """A code action's `command` is an object with a title; a command's own is its name."""
    return key == "command" and isinstance(value, dict)
