"""The conversation that `deskmate ask --continue` goes on with, as it is kept."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deskmate.cli.last_conversation import keep_conversation, read_conversation
from deskmate.errors import ActionError
from deskmate.files import places
from deskmate.requests.conversation import Turn

TURN = Turn("Why?", "Because.", "x = 1\n", ("file:///a.py",), True)

KEPT = asdict(TURN) | {"shown": list(TURN.shown)}

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "folder", lambda kind: tmp_path)


def put(text: str) -> None:
    keep_conversation(Path("project"), (TURN,))
    (file,) = places.place("conversations").glob("*.json")
    file.write_text(text, encoding="utf-8")


def test_what_was_kept_is_read() -> None:
    keep_conversation(Path("project"), (TURN, TURN))

    assert read_conversation(Path("project")) == (TURN, TURN)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.sampled_from(sorted(KEPT)), value=VALUES)
def test_a_value_of_another_type_is_no_conversation(key: str, value: Any) -> None:
    right = KEPT[key]
    if type(value) is type(right) and not isinstance(value, list):
        return
    if isinstance(value, list) and key == "shown" and all(isinstance(one, str) for one in value):
        return
    put(json.dumps([KEPT | {key: value}]))

    with pytest.raises(ActionError, match="no conversation here"):
        read_conversation(Path("project"))


@pytest.mark.parametrize("text", ["", "5", '"text"', "[[]]", "[{}]", '[{"question": "Why?"}]'])
def test_other_json_is_no_conversation(text: str) -> None:
    put(text)

    with pytest.raises(ActionError, match="no conversation here"):
        read_conversation(Path("project"))
