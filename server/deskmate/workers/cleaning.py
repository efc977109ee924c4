"""Puts in order by rules; no model is asked, and each rule is said."""

from __future__ import annotations

from deskmate.core.text import Edit, apply_edits
from deskmate.core.tidying import (
    Tidied,
    tidy_dates,
    tidy_names,
    tidy_phone_numbers,
    tidy_structure,
)
from deskmate.errors import ActionError
from deskmate.work import Done, FileChange, Work


async def clean(work: Work) -> Done:
    """The target with what the action is about written in one way."""
    target, document = work.target, work.target.document
    found = _tidied(work)
    at = target.span.start
    edits = tuple(Edit(edit.span.shifted(at), edit.text) for edit in found.edits)
    change = FileChange(document, edits, apply_edits(document.text, edits))
    return Done(change=change, notes=found.notes, warnings=found.warnings)


def _tidied(work: Work) -> Tidied:
    text, action = work.target.original, work.request.action
    if action.result == "structure":
        return tidy_structure(text)
    match action.choice:
        case "dates":
            return tidy_dates(text)
        case "phone numbers":
            return tidy_phone_numbers(text, work.request.data.region.upper())
        case "names":
            language = work.target.document.language
            return tidy_names(text, commas=language is not None and language.name == "csv")
    raise ActionError(f"There is no rule for {action.choice}; `choices` may be those of `clean`.")
