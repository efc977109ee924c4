"""From an action and its target to the request for the model.

What changes least comes first (the system text, the file's context, the code, the instruction),
so that a second action in the same file finds its prefix in the engine's cache. The answer is
already begun where it can begin in one way only: with the fence and the signature.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from deskmate.actions.action import Action
from deskmate.actions.context import find_nearest_documented
from deskmate.actions.diagnostic import Diagnostic
from deskmate.actions.pieces import DENSITY, Piece, estimate_tokens, fit_pieces
from deskmate.actions.templates import render
from deskmate.actions.test_files import TestFile
from deskmate.core.syntax.indent import flat
from deskmate.core.syntax.language_tables import DocStyle
from deskmate.core.syntax.queries import Scope, comment_at
from deskmate.core.target import Target
from deskmate.core.text.fence import fence_marks, fenced
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_name
from deskmate.errors import ActionError

SYSTEM = """\
You are a careful programmer working inside a code editor. You are given code from a file and one \
instruction. Do exactly what the instruction says and nothing else. Keep names, style and \
behaviour that it does not mention. Code goes in one fenced code block."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One request in words. `common` is how `user` begins for every action at the same place.
    `prefill` and `stop` go together: the stop text closes the fence that
    the prefill opened. `max_tokens` is the room for the answer; `left_out` what did not fit.
    `anew` is asked instead of `user` where a fixed function is the same as before: for the
    function by its documentation alone, without the body in which the model sees nothing wrong; ""
    where it has none.
    """

    system: str
    user: str
    common: str
    prefill: str
    stop: tuple[str, ...]
    max_tokens: int
    left_out: tuple[str, ...]
    anew: str = ""


def word(
    action: Action,
    target: Target,
    window: int,
    *,
    instruction: str = "",
    diagnostics: Sequence[Diagnostic] = (),
    pieces: Sequence[Piece] = (),
    tests: TestFile | None = None,
    docstrings: str = "",
    style: str = "",
    density: float = DENSITY,
) -> Wording:
    """The request for `action` on `target`, beside which `pieces` are shown, for a model with
    `window` tokens of context, of which there are about `density` a byte.

    Raises ActionError where the code alone does not fit, or the action's template is broken.
    """
    code = _code(target)
    asked = instruct(action, target, instruction, diagnostics, tests, docstrings)
    said = _said_above(target)
    size = estimate_tokens(code, density)
    room = action.tokens + (2 * size if action.result == "replace" else 0)
    taken = room + size + estimate_tokens(SYSTEM + said + asked, density) + TEMPLATE_TOKENS
    budget = min(CONTEXT_TOKENS, window - taken)
    if budget < 0:
        raise ActionError(
            f"{describe(target).capitalize()} is about {size} tokens long, more than this model "
            f"can rewrite in its window of {window}. Select a smaller part, or set a larger "
            "`local.context`."
        )
    unwritten = {"stub", "testable"} & set(action.when)
    context = fit_pieces(pieces, budget, density, None if unwritten else REST_TOKENS)
    language = target.document.language
    fence = language.fence if language else ""
    title = f"File `{file_name(target.document.uri)}`"
    title += f" (project style: {style})" if style else ""
    what = _what(target).capitalize()
    above = f"{title}\n\n{context.text}\n{said}{what}:\n"
    common = f"{above}{fenced(code, fence)}\n\n"
    prefill = _prefill(target, tests)
    promised = _promised(target) if action.kind == "quickfix" else ""
    return Wording(
        SYSTEM,
        common + asked,
        common,
        prefill,
        _stops(target, prefill),
        room,
        context.left_out,
        f"{above}{fenced(promised, fence)}\n\n{_ANEW}{instruction.strip()}" if promised else "",
    )


CONTEXT_TOKENS = 1200
"""Room for what surrounds the code. On a CPU 1,200 tokens are read in about ten seconds once and
then come from the prefix cache; more of it costs a first answer more than it gives a small model.
"""

REST_TOKENS = 250
"""Of what surrounds code that is written, up to which members are shown that nothing says it uses:
with all of them a typical action would begin a third later than without its project.
"""

TEMPLATE_TOKENS = 64
"""Room for the chat template's own tokens, and for what an estimate misses."""


def describe(target: Target) -> str:
    """The target in words for the user: "function `add`", "lines 3 to 7", "line 3"."""
    if target.scope is not None and target.scope.name:
        return f"{target.scope.kind} `{target.scope.name}`"
    lines, span = target.host.lines, target.host_span
    first = lines.line_at(span.start) + 1
    last = lines.line_at(max(span.start, span.end - 1)) + 1
    return f"line {first}" if first == last else f"lines {first} to {last}"


_ANEW = """\
Write this function so that it does what its name, its signature and its documentation say. Answer \
with the whole function.
"""


def _promised(target: Target) -> str:
    """The documentation and the signature of a function that is to be changed, without its body; ""
    where it has no documentation.
    """
    scope, document, language = target.scope, target.document, target.document.language
    if scope is None or scope.kind != "function" or scope.body is None or language is None:
        return ""
    if scope.doc is None and _comment_above(target) is None:
        return ""
    head = _head(target, scope)
    todo = f"\n{language.indent}{language.line_comment} TODO" if language.line_comment else ""
    code = f"{head}{todo}\n}}" if head.endswith("{") else head + todo
    if scope.doc is None or scope.doc.start >= scope.span.start:
        return code
    return f"{flat(document, scope.doc).rstrip()}\n{code}"


def _said_above(target: Target) -> str:
    """The documentation above code, or the comment there: often that is what it is to do."""
    comment = _comment_above(target)
    language = target.document.language
    if comment is None or language is None:
        return ""
    code = fenced(flat(target.document, comment), language.fence)
    return f"The comment above it:\n{code}\n\n"


def _comment_above(target: Target) -> Span | None:
    scope, document = target.scope, target.document
    if scope is None:
        return None
    if scope.doc is not None:
        return None if target.span.contains(scope.doc) else scope.doc
    line = document.lines.line_at(scope.span.start)
    return comment_at(document, document.lines.end(line - 1)) if line else None


def _what(target: Target) -> str:
    """What the code is to the model."""
    if target.result == "insert":
        return "comment"
    if target.scope is not None:
        return target.scope.kind
    return "file" if len(target.span) >= len(target.document.text.strip()) else "code"


def _code(target: Target) -> str:
    """The code that the instruction is about; for an insertion, the comment above it."""
    document = target.document
    if target.result != "insert":
        return flat(document, target.span)
    lines = document.lines
    last = lines.line_at(max(0, target.span.start - 1))
    above = comment_at(document, lines.end(last))
    return flat(document, above or Span(lines.start(last), lines.end(last)))


def instruct(
    action: Action,
    target: Target,
    instruction: str,
    diagnostics: Sequence[Diagnostic] = (),
    tests: TestFile | None = None,
    docstrings: str = "",
) -> str:
    """The action's instruction to the model. Raises ActionError where its template is broken."""
    document, language = target.document, target.document.language
    doc = language.doc if language else None
    first = document.lines.line_at(target.span.start)
    values: dict[str, Any] = {
        "language": language.title if language else "",
        "kind": _what(target),
        "name": target.name,
        "place": "comment" if target.result == "insert" else "scope",
        "instruction": instruction.strip(),
        "choice": action.choice,
        "diagnostics": [
            {"line": document.lines.line_at(d.span.start) - first + 1, "message": d.told}
            for d in diagnostics
            if target.span.overlaps(d.span)
        ],
        "doc_instruction": _describe_style(target, doc, docstrings) if doc else "",
        "framework": tests.framework if tests else "",
    }
    try:
        return render(action.template, values)
    except ActionError as error:
        raise ActionError(f"The text of the action `{action.id}` is broken: {error}.") from error


def _describe_style(target: Target, doc: DocStyle, wanted: str) -> str:
    """How documentation is written: as the nearest in the file is, or else in the style wanted."""
    nearest = find_nearest_documented(target)
    text = target.document.slice(nearest.doc) if nearest and nearest.doc else ""
    style = next((name for name, tell in doc.tells.items() if re.search(tell, text)), wanted)
    return doc.styles.get(style, doc.instruction)


def _prefill(target: Target, tests: TestFile | None) -> str:
    """The beginning of the only right answer; it never ends in white space, after which small
    models lose their way.
    """
    language, scope = target.document.language, target.scope
    if target.result == "show":
        return ""
    fence = f"{fence_marks(target.original)}{language.fence if language else ''}"
    if tests is not None:
        return f"{fence}\n{tests.header}{tests.opening}".rstrip()
    if scope is None or language is None:
        return fence
    if target.result == "docstring" and language.doc:
        if language.doc.placement == "inside":
            return f"{fence}\n{_head(target, scope)}\n{language.indent}{language.doc.open}"
        mark = language.doc.open or language.doc.line
        return f"{fence}\n{mark}".rstrip()
    if "same-signature" in target.checks and scope.kind == "function":
        return f"{fence}\n{_head(target, scope)}"
    return fence


def _head(target: Target, scope: Scope) -> str:
    """The signature up to where the body begins, with its brace and a docstring inside it."""
    document = target.document
    if scope.body is None:
        return flat(document, scope.head).rstrip()
    end = scope.body.start
    if document.text[end : end + 1] == "{":
        end += 1
    if scope.doc and scope.doc.start >= scope.body.start:
        end = scope.doc.end  # it stays as it is, and need not be written again
    return flat(document, Span(scope.span.start, end)).rstrip()


def _stops(target: Target, prefill: str) -> tuple[str, ...]:
    """Where generation ends: at the closing fence, or where the documentation does."""
    if not prefill:
        return ()
    language, scope = target.document.language, target.scope
    fence_end = f"\n{fence_marks(target.original)}"
    if target.result == "docstring" and language and language.doc and scope:
        head = flat(target.document, scope.head).partition("\n")[0]
        return (fence_end, language.doc.close or f"\n{head[:12].rstrip()}")
    return (fence_end,)
