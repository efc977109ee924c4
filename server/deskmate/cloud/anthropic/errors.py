"""What went wrong with Claude, as a sentence for the user."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from deskmate.engines.http import http_error
from deskmate.errors import EngineError, EngineRejected, EngineTimeout, EngineUnavailable

if TYPE_CHECKING:
    import anthropic


def explain(error: Exception, url: str, model: str) -> EngineError:
    """The error of ours for one of the SDK's, or for an answer that could not be read."""
    import anthropic

    if isinstance(error, anthropic.APIStatusError):
        return _refusal(error, url, model)
    if isinstance(error, (anthropic.APIConnectionError, http_error())):
        why = str(error.__cause__ or error).rstrip(".") or "no connection"
        if isinstance(error.__cause__, ssl.SSLError) or "CERTIFICATE_VERIFY_FAILED" in why:
            return EngineUnavailable(
                f"The certificate of {url} is not trusted here. Add the issuing CA's "
                f"certificate to the system store, or point SSL_CERT_FILE to it."
            )
        return EngineUnavailable(
            f"{url} cannot be reached ({why}). Check your connection and HTTPS_PROXY, or ask the "
            f"local model."
        )
    return EngineRejected(
        f"The server at {url} answered with something that is not a response from Claude. "
        f"Check whether `cloud.url` is the right address."
    )


def timed_out(seconds: float) -> EngineTimeout:
    """Nothing came from the model in time."""
    return EngineTimeout(
        f"Claude said nothing for {seconds:g} s, so the request was given up. Try again, or raise "
        f"`cloud.timeout`."
    )


def not_installed() -> EngineUnavailable:
    """The SDK is an optional part."""
    return EngineUnavailable(
        "Claude needs Anthropic's SDK, which is not installed: pip install 'deskmate[anthropic]'."
    )


def _refusal(error: anthropic.APIStatusError, url: str, model: str) -> EngineError:
    status, told = error.status_code, _told(error)
    because = f": {told}" if told else ""
    kind = error.type or ""
    match status:
        case 401 | 403:
            return EngineRejected(
                f"The server at {url} does not accept the key ({status}{because}). `deskmate key "
                f"set {url}` stores the right one in the system's keyring."
            )
        case 402:
            return EngineRejected(f"The account at {url} has no credit left (402{because}).")
        case 404:
            return EngineRejected(
                f"There is no model {model} at {url} (404{because}). Set `cloud.model` to one that "
                f"there is."
            )
        case 413:
            return _too_long(because)
        case _ if "too long" in told.lower() or "context" in told.lower():
            return _too_long(because)
        case 429:
            wait = error.response.headers.get("retry-after", "")
            when = f"in {wait} s" if wait.isdigit() else "later"
            return EngineRejected(
                f"The account at {url} is at its limit (429{because}). Try again {when}, or ask "
                f"the local model."
            )
        case _ if status in (503, 529) or kind == "overloaded_error":
            return EngineUnavailable(
                f"The server at {url} is overloaded{because}. Try again in a moment, or ask the "
                f"local model."
            )
        case _ if status >= 500 or kind == "api_error":
            return EngineRejected(
                f"The server at {url} failed ({status}{because}). Try again, or ask the local "
                f"model."
            )
        case _:
            return EngineRejected(f"The server at {url} refused the request ({status}{because}).")


def _too_long(because: str) -> EngineRejected:
    return EngineRejected(f"The request is too long for the model{because}. Select less.")


def _told(error: anthropic.APIStatusError) -> str:
    """What the server says itself, on one line."""
    line = " ".join((error.api_message or "").split()).rstrip(".")
    return line if len(line) <= 200 else line[:199] + "…"
