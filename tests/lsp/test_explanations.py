"""What waits to be explained."""

from __future__ import annotations

import gc
import weakref
from types import SimpleNamespace
from typing import Any, cast

from deskmate.core.syntax.document import open_document
from deskmate.core.syntax.symbols import read_symbols, symbol_at
from deskmate.core.text.text import Edit, Span
from deskmate.lsp.background.explanations import WAITING, Explanations, Symbol


async def test_who_waits_for_a_model_keeps_no_snapshot_of_what_was_typed_since() -> None:
    """Each would have its tree and its lines: of 10,000 lines some three megabytes."""
    explanations = Explanations(cast(Any, SimpleNamespace()), cast(Any, SimpleNamespace()))
    document = open_document("a.py", "def f():\n    return 1\n")
    earlier = []
    for number in range(WAITING):
        scope = symbol_at(document, 4, read_symbols(document))
        assert scope is not None
        explanations.start(Symbol(document, scope, None, f"explanation {number}"))
        earlier.append(weakref.ref(document))
        document = document.changed(Edit(Span(21, 21), "1"))
    del document, scope
    gc.collect()
    assert not any(snapshot() for snapshot in earlier)
    explanations.stop()
