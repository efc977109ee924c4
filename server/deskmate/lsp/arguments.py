"""What a command is given, as values of ours; every mistake in it is said in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lsprotocol import types

from deskmate.errors import ActionError


def read_object(command: str, arguments: Sequence[Any], keys: str) -> Mapping[Any, Any]:
    """The one argument of a command, which has these keys. Raises ActionError, as all of these."""
    if len(arguments) != 1 or not isinstance(arguments[0], Mapping):
        raise ActionError(f"{command} takes one object: {{{keys}}}.")
    return arguments[0]


def read_text(command: str, given: Mapping[Any, Any], key: str, default: str | None = None) -> str:
    """The text at a key; without a default it must be there."""
    value = given.get(key, default)
    if not isinstance(value, str) or (default is None and not value):
        raise ActionError(f"{command}: `{key}` must be a string, not {value!r}.")
    return value


def read_range(command: str, given: Any) -> types.Range:
    """An LSP range."""
    try:
        return types.Range(start=_read_position(given["start"]), end=_read_position(given["end"]))
    except (KeyError, TypeError, ValueError):
        raise ActionError(f"{command}: `range` must be an LSP range, not {given!r}.") from None


def read_diagnostics(command: str, given: Mapping[Any, Any]) -> list[types.Diagnostic]:
    """The LSP diagnostics of an argument; none where it has none."""
    listed = given.get("diagnostics") or ()
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        raise ActionError(f"{command}: `diagnostics` must be a list.")
    return [read_diagnostic(command, one) for one in listed]


def read_diagnostic(command: str, given: Any) -> types.Diagnostic:
    """An LSP diagnostic, as much of it as is needed."""
    if not isinstance(given, Mapping):
        raise ActionError(f"{command}: a diagnostic must be an object, not {given!r}.")
    where, message = read_range(command, given.get("range")), read_text(command, given, "message")
    code, related = given.get("code"), given.get("relatedInformation")
    severity, source = given.get("severity"), given.get("source")
    return types.Diagnostic(
        range=where,
        message=message,
        code=code if type(code) in (str, int) else None,
        source=source if isinstance(source, str) else None,
        severity=types.DiagnosticSeverity(severity) if severity in (1, 2, 3, 4) else None,
        related_information=tuple(
            types.DiagnosticRelatedInformation(
                types.Location(
                    read_text(command, place, "uri"), read_range(command, place.get("range"))
                ),
                read_text(command, one, "message"),
            )
            for one in (related if isinstance(related, Sequence) else ())
            if isinstance(one, Mapping) and isinstance(place := one.get("location"), Mapping)
        )
        or None,
    )


def write_diagnostic(given: types.Diagnostic) -> dict[str, Any]:
    """A diagnostic as JSON values, as `read_diagnostic` takes it."""
    related = [
        {
            "location": {"uri": one.location.uri, "range": to_wire(one.location.range)},
            "message": one.message,
        }
        for one in given.related_information or ()
    ]
    return (
        {"range": to_wire(given.range), "message": given.message}
        | ({} if given.code is None else {"code": given.code})
        | ({"source": given.source} if given.source else {})
        | ({"severity": int(given.severity)} if given.severity else {})
        | ({"relatedInformation": related} if related else {})
    )


def to_wire(given: types.Range) -> dict[str, Any]:
    """A range as JSON values."""
    return {
        name: {"line": end.line, "character": end.character}
        for name, end in (("start", given.start), ("end", given.end))
    }


def waits(arguments: Sequence[Any]) -> bool:
    """Whether the caller waits for the outcome."""
    return bool(arguments and isinstance(arguments[0], Mapping) and arguments[0].get("wait"))


def _read_position(given: Any) -> types.Position:
    line, character = given["line"], given["character"]
    if not all(type(number) is int and 0 <= number < 2**31 for number in (line, character)):
        raise ValueError
    return types.Position(line=line, character=character)
