"""Puts in order by rules; no model is asked, and each rule is said."""

from __future__ import annotations

from deskmate.core.data.tidying import Tidied, tidy_dates, tidy_names, tidy_phone_numbers
from deskmate.core.prose.structure import tidy_structure
from deskmate.core.text.text import Edit, apply_edits
from deskmate.errors import ActionError
from deskmate.requests.proposal import FileChange, Proposal
from deskmate.requests.request import Request


def clean(request: Request) -> Proposal:
    """The target with what the action is about written in one way."""
    document, at = request.document, request.target.span.start
    found = _tidy(request)
    edits = tuple(Edit(edit.span.shifted(at), edit.text) for edit in found.edits)
    change = FileChange(document, edits, apply_edits(document.text, edits))
    return Proposal(request, change, notes=found.notes, warnings=found.warnings)


def _tidy(request: Request) -> Tidied:
    text, action = request.target.original, request.action
    if action.result == "structure":
        return tidy_structure(text)
    match action.choice:
        case "dates":
            return tidy_dates(text)
        case "phone numbers":
            return tidy_phone_numbers(text, request.settings.data.region.upper())
        case "names":
            language = request.document.language
            return tidy_names(text, commas=language is not None and language.delimiter == ",")
    raise ActionError(f"There is no rule for {action.choice}; `choices` may be those of `clean`.")
