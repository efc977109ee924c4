"""Data actions through the editor: new files beside the text, and edits in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lsp_editor import editing, helix, plain

ORDERS = "Kim ordered 3 lamps.\nTom ordered 12 chairs.\n"
RECORDS = [{"name": "Kim", "count": 3}, {"name": "Tom", "count": 12}]
SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "count": {"type": "integer"}},
    "required": ["name", "count"],
}


async def test_records_go_to_a_new_file(tmp_path: Path) -> None:
    async with editing(tmp_path, helix()) as editor:
        await editor.script(*({"text": json.dumps([one]), "when": one["name"]} for one in RECORDS))
        uri = editor.open("orders.txt", ORDERS, "text")
        result = await editor.run("extract-JSON", uri, 0, len(ORDERS), schema=SCHEMA)
        assert result["status"] == "applied", result
        assert editor.buffers[uri].text == ORDERS
        found = json.loads((tmp_path / "orders-records.json").read_text())
        assert [{"name": one["name"], "count": one["count"]} for one in found] == RECORDS
        assert found[1]["_source"] == {"name": "line 2", "count": "line 2"}
        (shown,) = editor.client.shown_documents
        assert shown.uri == editor.uri("orders-records.json")


async def test_a_schema_may_be_a_file_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA))
    async with editing(tmp_path, plain()) as editor:
        await editor.script({"text": '[{"name": "Kim", "count": 3}]', "when": "- count"})
        (tmp_path / "orders.txt").write_text("Kim ordered 3 lamps.\n")
        uri = editor.uri("orders.txt")
        arguments = {"action": "extract-CSV", "uri": uri, "wait": True, "schema": "schema.json"}
        where = {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}
        result = await editor.command("deskmate.run", arguments | {"range": where})
        assert result["status"] == "applied", result
        written = (tmp_path / "orders-records.csv").read_text()
        assert written == "name,count,_source\nKim,3,line 1\n"


async def test_a_conversion_needs_no_model(tmp_path: Path) -> None:
    settings = {"local": {"model": str(tmp_path / "none.gguf"), "preload": False}}
    async with editing(tmp_path, helix(), settings=settings) as editor:
        uri = editor.open("page.md", "# T\n\n| a |\n|---|\n| 1 |\n", "markdown")
        at = editor.buffers[uri].text.index("| a")
        listed = [action.title for action in await editor.actions(uri, at, only=["refactor"])]
        assert "Deskmate: Convert to: JSON" in listed
        assert "Deskmate: Convert to: Markdown table" not in listed
        result = await editor.run("convert-CSV", uri, at)
        assert result["status"] == "applied", result
        assert editor.buffers[uri].text == "# T\n\n```csv\na\n1\n```\n"


async def test_tags_go_into_the_front_matter(tmp_path: Path) -> None:
    (tmp_path / ".deskmate").mkdir()
    (tmp_path / ".deskmate" / "settings.toml").write_text('data.tags = ["install", "use"]\n')
    async with editing(tmp_path, helix()) as editor:
        await editor.script({"text": '{"tags": ["install"]}'})
        uri = editor.open("n.md", "---\ntitle: T\n---\n\nHow to install it.\n", "markdown")
        result = await editor.run("tags", uri)
        assert result["status"] == "applied", result
        assert "\ntags: [install]\n---\n" in editor.buffers[uri].text


@pytest.mark.model
async def test_a_real_model_extracts_what_the_schema_says(tmp_path: Path, coder: Path) -> None:
    settings = {"local": {"model": str(coder), "preload": False}}
    async with editing(tmp_path, helix(), settings=settings) as editor:
        uri = editor.open("orders.txt", ORDERS, "text")
        result = await editor.run("extract-JSON", uri, 0, len(ORDERS), schema=SCHEMA)
        assert result["status"] == "applied", result
        found = json.loads((tmp_path / "orders-records.json").read_text())
        assert [{"name": one["name"], "count": one["count"]} for one in found] == RECORDS
