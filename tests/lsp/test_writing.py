"""Prose through the editor: only what is prose changes, and one undo takes it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsp_editor import editing, helix

TEXT = """\
---
title: teh title
---
# How to instal

Run `pip instal x` befor you [read teh docs](https://e.org/teh).

- anohter `itme` with words
"""


async def test_proofreading_a_whole_file(tmp_path: Path) -> None:
    async with editing(tmp_path, helix()) as editor:
        await editor.script(
            {"text": "How to install", "when": "How to"},
            {"text": "Run 1 before you read the docs.", "when": "befor"},
            {"text": "another `code1` with words", "when": "with words"},
        )
        uri = editor.open("text.md", TEXT, "markdown")
        result = await editor.run("proofread", uri, 0, len(TEXT))
        assert result["status"] == "applied"
        assert "befor → before (spelling)." in result["message"]
        assert editor.buffers[uri].text == (
            TEXT.replace("to instal\n", "to install\n")
            .replace("befor you [read teh", "before you [read the")
            .replace("anohter", "another")
        )


async def test_a_paragraph_that_cannot_be_rewritten_stays_and_is_said(tmp_path: Path) -> None:
    async with editing(tmp_path, helix()) as editor:
        await editor.script(
            {"text": "Run 1 before.", "when": "befor", "again": True},
            {"text": "another `code1`", "when": "anohter"},
        )
        uri = editor.open("text.md", TEXT, "markdown")
        result = await editor.run("shorten", uri, 0, len(TEXT))
        assert result["status"] == "applied"
        assert "“Run `pip instal x` befor …” was left as it is" in result["message"]
        assert editor.buffers[uri].text == TEXT.replace(
            "anohter `itme` with words", "another `itme`"
        )


async def test_where_nothing_can_be_used_nothing_changes(tmp_path: Path) -> None:
    async with editing(tmp_path, helix()) as editor:
        await editor.script({"text": "# Another\n\ntext", "again": True})
        uri = editor.open("text.md", TEXT, "markdown")
        result = await editor.run("simplify", uri, TEXT.index("befor"))
        assert result["status"] == "refused"
        assert editor.buffers[uri].text == TEXT


@pytest.mark.model
async def test_with_a_real_model(tmp_path: Path, coder: Path) -> None:
    settings = {"local": {"model": str(coder), "preload": False}}
    async with editing(tmp_path, helix(), settings=settings) as editor:
        uri = editor.open("text.md", TEXT, "markdown")
        result = await editor.run("proofread", uri, 0, len(TEXT))
        now = editor.buffers[uri].text
        assert result["status"] == "applied"
        assert "before you" in now
        for kept in ("title: teh title", "`pip instal x`", "](https://e.org/teh)", "`itme`"):
            assert kept in now


async def test_what_is_done_when_it_is_cancelled_is_kept(tmp_path: Path) -> None:
    async with editing(tmp_path, helix()) as editor:
        await editor.script(
            {"text": "How to install", "when": "How to"},
            {"text": "Run `code1` before you", "when": "befor", "pieces": 1, "delay": 0.3},
        )
        uri = editor.open("text.md", TEXT, "markdown")
        where = editor.range(uri, 0, len(TEXT))
        arguments = editor.arguments("proofread", uri, where) | {"wait": False}
        job = (await editor.command("deskmate.run", arguments))["job"]
        await editor.until(
            lambda: "writing 2 of 3" in str(editor.progress(job).values), "under way"
        )
        await editor.command("deskmate.cancel", {"job": job})
        await editor.until(lambda: editor.progress(job).ended, "it has ended")
        assert editor.buffers[uri].text == TEXT.replace("to instal\n", "to install\n")
        assert "ended after 1 of 3" in str(editor.progress(job).values)


async def test_nothing_done_is_cancelled(tmp_path: Path) -> None:
    async with editing(tmp_path, helix()) as editor:
        await editor.script({"text": "How to install", "pieces": 1, "delay": 0.3})
        uri = editor.open("text.md", TEXT, "markdown")
        arguments = editor.arguments("proofread", uri, editor.range(uri, 0, len(TEXT)))
        job = (await editor.command("deskmate.run", arguments | {"wait": False}))["job"]
        await editor.until(lambda: "writing" in str(editor.progress(job).values), "under way")
        await editor.command("deskmate.cancel", {"job": job})
        await editor.until(lambda: editor.progress(job).ended, "it has ended")
        assert editor.buffers[uri].text == TEXT


async def test_what_is_done_when_the_model_fails_is_kept(tmp_path: Path) -> None:
    async with editing(tmp_path, helix()) as editor:
        await editor.script(
            {"text": "How to install", "when": "How to"}, {"text": "Run", "error": "EngineLost"}
        )
        uri = editor.open("text.md", TEXT, "markdown")
        result = await editor.run("proofread", uri, 0, len(TEXT))
        assert result["status"] == "applied"
        assert "EngineLost. It ended after 1 of 3 paragraphs." in result["message"]
        assert editor.buffers[uri].text == TEXT.replace("to instal\n", "to install\n")
