"""What a key costs the real 0.5B model, and that a model that is gone costs one suggestion."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Edit, Span
from deskmate.engines.tiers import Tiers
from deskmate.requests.completion import complete, find_place
from deskmate.settings.schema import Settings

pytestmark = pytest.mark.model

SHOP = "".join(f"def price_{one}(item):\n    return item.price * {one}\n\n\n" for one in range(40))
AT = SHOP.index("    return item.price * 30")


async def test_each_further_key_reads_a_few_tokens_of_hundreds(coder: Path) -> None:
    """Also where a word is begun, and in a line of its own below."""
    settings = Settings()
    tiers = Tiers(replace(settings, local=replace(settings.local, model=str(coder))))
    try:
        engine = await tiers.completion_engine()
        document, offset = open_document("untitled:shop.py", SHOP), AT
        place, read = find_place(document, offset), list[int]()
        for key in "    tax = item\n    t":
            document = document.changed(Edit(Span(offset, offset), key))
            offset += 1
            written = await complete(replace(place, document=document, offset=offset), engine, 4)
            read.append(written.read)
    finally:
        await tiers.aclose()
    first, *further = read
    assert first > 200
    assert max(further) <= first / 20, read
