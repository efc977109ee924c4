"""Puts in order by rules; no model is asked, and each rule is said."""

from __future__ import annotations

from deskmate.core.data.tidying import (
    Tidied,
    tidy_dates,
    tidy_names,
    tidy_phone_numbers,
    tidy_structure,
)
from deskmate.core.target import Target
from deskmate.core.text.text import Edit, apply_edits
from deskmate.errors import ActionError
from deskmate.requests.request import Done, FileChange, Request


def clean(request: Request, target: Target) -> Done:
    """The target with what the action is about written in one way."""
    document = target.document
    found = _tidied(request, target)
    at = target.span.start
    edits = tuple(Edit(edit.span.shifted(at), edit.text) for edit in found.edits)
    change = FileChange(document, edits, apply_edits(document.text, edits))
    return Done(change=change, notes=found.notes, warnings=found.warnings)


def _tidied(request: Request, target: Target) -> Tidied:
    text, action = target.original, request.action
    if action.result == "structure":
        return tidy_structure(text)
    match action.choice:
        case "dates":
            return tidy_dates(text)
        case "phone numbers":
            return tidy_phone_numbers(text, request.data.region.upper())
        case "names":
            language = target.document.language
            return tidy_names(text, commas=language is not None and language.delimiter == ",")
    raise ActionError(f"There is no rule for {action.choice}; `choices` may be those of `clean`.")
