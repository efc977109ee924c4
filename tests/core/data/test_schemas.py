"""A schema is somebody's: it opens no file and no connection, whatever it refers to."""

from __future__ import annotations

import urllib.request
from typing import Any

import pytest

from deskmate.actions.action import parse_action
from deskmate.core.data.records import faults, to_schema
from deskmate.errors import ActionError

ELSEWHERE = ["http://127.0.0.1:9/a.json", "file:///etc/hostname", "other.json", "//host/share"]


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    found: list[Any] = []
    monkeypatch.setattr(urllib.request, "urlopen", lambda *given, **_: found.append(given))
    return found


@pytest.mark.parametrize("key", ["$ref", "$dynamicRef"])
@pytest.mark.parametrize("where", ELSEWHERE)
def test_what_it_refers_to_elsewhere_is_not_read(key: str, where: str, opened: list[Any]) -> None:
    schema = {"type": "object", "properties": {"name": {"anyOf": [{key: where}]}}}
    with pytest.raises(ActionError, match="which is not read"):
        to_schema(schema)
    assert where in faults({"name": "a"}, schema)[0]
    front = f"scope: file\nlanguages: any\nwhen: always\nresult: front-matter\nfields: {schema}"
    with pytest.raises(ActionError, match="`fields` refer to"):
        parse_action("label", f"---\ntitle: Label\n{front}\n---\nLabel it.\n")
    assert opened == []


def test_it_may_refer_to_itself() -> None:
    name = {"type": "string", "minLength": 2}
    schema = {"properties": {"name": {"$ref": "#/$defs/name"}}, "$defs": {"name": name}}
    assert faults({"name": "ab"}, to_schema(schema)) == ()
    assert "too short" in faults({"name": "a"}, schema)[0]


@pytest.mark.parametrize("reference", ["#/properties/name", "#/$defs/nothing"])
def test_one_that_refers_to_nothing_is_a_sentence(reference: str) -> None:
    schema = {"type": "object", "properties": {"name": {"$ref": reference}}}
    assert faults({"name": "a"}, schema)[0].startswith("The schema cannot be used")


DIALECT = {"$schema": "https://json-schema.org/draft/2020-12/schema"}


@pytest.mark.parametrize("nested", [{}, DIALECT])
@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(.*a){24}$", "^(([a-z])+.)+[A-Z]$"])
def test_a_pattern_that_would_take_for_ever_ends(pattern: str, nested: dict[str, str]) -> None:
    field = {"type": "string", "pattern": pattern} | nested
    found = faults({"name": "a" * 40 + "!"}, {"type": "object", "properties": {"name": field}})
    assert len(found) == 1


def test_a_pattern_is_checked_and_said_where_it_cannot_be() -> None:
    def faults_of(pattern: str) -> tuple[str, ...]:
        field = {"type": "string", "pattern": pattern}
        return faults({"name": "AB-12"}, {"type": "object", "properties": {"name": field}})

    assert faults_of(r"^[A-Z]{2}-\d+$") == ()
    assert faults_of("^[a-z]") == ("At `$.name`: 'AB-12' does not match '^[a-z]'.",)
    assert "cannot be read" in faults_of("(")[0]
    with pytest.raises(ActionError, match="name the fields"):
        to_schema({"type": "object", "properties": {}, "patternProperties": {"(a+)+$": {}}})
