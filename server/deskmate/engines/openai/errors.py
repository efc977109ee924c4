"""What went wrong with a server that speaks the OpenAI protocol, as a sentence for the user."""

from __future__ import annotations

from deskmate.engines.openai.client import APIConnectionError, APIError, APIStatusError
from deskmate.errors import EngineError, EngineRejected, EngineTimeout, EngineUnavailable


def explain(error: Exception, url: str, model: str, section: str = "local") -> EngineError:
    """The error of ours for an APIError, or for an answer that could not be read. `section` is
    where the server is set.
    """
    if isinstance(error, APIStatusError):
        return _refusal(error, url, model, section)
    if isinstance(error, APIConnectionError):
        if isinstance(error.__cause__, EngineError):
            return error.__cause__
        why = str(error.__cause__ or error).rstrip(".") or "no connection"
        if "CERTIFICATE_VERIFY_FAILED" in why:
            reason = why.partition("failed: ")[2].partition(" (_ssl")[0] or why
            return EngineUnavailable(
                f"The certificate of {url} is not trusted here ({reason}). Add the issuing "
                f"CA's certificate to the system store, or point SSL_CERT_FILE to it."
            )
        return EngineUnavailable(
            f"Nothing answers at {url} ({why}). Start the server, or set `{section}.url` to "
            f"where it listens."
        )
    if isinstance(error, APIError):  # in the middle of a stream
        return EngineRejected(f"The server at {url} failed: {_told(error) or error.message}.")
    return EngineRejected(
        f"The server at {url} answered with something that is not JSON. Check whether "
        f"`{section}.url` is the right address; it usually ends with /v1."
    )


def timed_out(seconds: float, section: str = "local") -> EngineTimeout:
    """Nothing came from the model in time."""
    return EngineTimeout(
        f"The model said nothing for {seconds:g} s, so the request was given up. Try again; if "
        f"the model is slow here, raise `{section}.timeout`."
    )


def no_stream(url: str, content_type: str, section: str = "local") -> EngineRejected:
    """The answer was empty, or is something else than a stream of events."""
    kind = content_type.partition(";")[0] or "nothing"
    return EngineRejected(
        f"The server at {url} answered with {kind} instead of a stream of text. Check whether "
        f"`{section}.url` is the right address; it usually ends with /v1."
    )


def _refusal(error: APIStatusError, url: str, model: str, section: str) -> EngineError:
    status, told = error.status_code, _told(error)
    because = f": {told}" if told else ""
    match status:
        case 401 | 403:
            return EngineRejected(
                f"The server at {url} does not accept the key ({status}). `deskmate key set {url}` "
                f"stores the right one in the system's keyring; or set `{section}.api_key`."
            )
        case 404 if "model" in told.lower():
            return EngineRejected(
                f"The server at {url} has no {model or 'such model'} (404{because}). Set "
                f"`{section}.model` to one that it has."
            )
        case 404:
            return EngineRejected(
                f"There is nothing at {url} (404{because}). Check whether `{section}.url` is the "
                f"right address; it usually ends with /v1."
            )
        case 429:
            wait = error.response.headers.get("retry-after", "")
            when = f"in {wait} s" if wait.isdigit() else "later"
            return EngineRejected(f"The server at {url} is busy (429{because}). Try again {when}.")
        case 503:
            return EngineUnavailable(
                f"The server at {url} is not ready (503{because}). Try again in a moment."
            )
        case _ if "context" in told.lower():
            return EngineRejected(
                f"The request is too long for the model{because}. Select less, or give the model "
                f"a larger context."
            )
        case _ if status >= 500:
            return EngineRejected(
                f"The server at {url} failed ({status}{because}). Check its log, or try again."
            )
        case _:
            return EngineRejected(f"The server at {url} refused the request ({status}{because}).")


def _told(error: APIError) -> str:
    """What the server says itself, on one line; empty for a web page or nothing."""
    body = error.body
    if isinstance(body, dict):
        body = body.get("message") or body.get("detail") or body.get("error")
    if not isinstance(body, str) or body.lstrip().startswith("<"):
        return ""
    line = " ".join(body.split()).rstrip(".")
    return line if len(line) <= 200 else line[:199] + "…"
