"""Text while its user types, as a client of LSP 3.18 sees it, by an engine with a script."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from lsp_editor import Editor, editing, helix, neovim, plain, vscode
from lsprotocol import types as lsp

SHOP = "def add(first, second):\n    \n\n\nprint(add(1, 2))\n"
CURSOR = SHOP.index("    ") + 4
ON = {"completion": {"enabled": True}}
BODY = "return first + second"
Kind = lsp.InlineCompletionTriggerKind


@pytest.fixture
async def editor(tmp_path: Path) -> AsyncGenerator[Editor]:
    async with editing(tmp_path, vscode()) as editor:
        yield editor


def params(
    editor: Editor,
    uri: str,
    at: int,
    kind: Kind = Kind.Automatic,
    chosen: lsp.SelectedCompletionInfo | None = None,
) -> lsp.InlineCompletionParams:
    """What the editor asks at an offset."""
    return lsp.InlineCompletionParams(
        context=lsp.InlineCompletionContext(kind, chosen),
        text_document=lsp.TextDocumentIdentifier(uri),
        position=editor.range(uri, at, at).start,
    )


def ask(editor: Editor, uri: str, at: int, **more: Any) -> asyncio.Future[Any]:
    """The request under way."""
    asked = params(editor, uri, at, **more)
    return asyncio.ensure_future(editor.client.text_document_inline_completion_async(asked))


async def suggested(editor: Editor, uri: str, at: int, **more: Any) -> list[str]:
    """What is suggested there, which goes to where the cursor is."""
    items = list(await ask(editor, uri, at, **more) or [])
    for item in items:
        assert more or item.range == editor.range(uri, at, at)
    return [item.insert_text for item in items]


def count_asked(log: Path) -> int:
    """How often the model was asked."""
    return sum(json.loads(line)["event"] == "asked" for line in log.read_text().splitlines())


async def until_asked(editor: Editor, log: Path, often: int) -> None:
    """Waits until the model has been asked so often."""
    await editor.until(lambda: count_asked(log) == often, "the model is asked")


async def test_what_is_typed_of_a_suggestion_keeps_it(editor: Editor) -> None:
    log = await editor.script(BODY, fim=True, settings=ON)
    uri = editor.open("shop.py", SHOP)
    assert await suggested(editor, uri, CURSOR) == [BODY]
    for at, letter in enumerate("return "):
        editor.type(uri, CURSOR + at, letter)
        assert await suggested(editor, uri, CURSOR + at + 1) == [BODY[at + 1 :]]
    assert count_asked(log) == 1


async def test_in_a_pause_nothing_is_suggested_and_nothing_said(editor: Editor) -> None:
    log = await editor.script(BODY, fim=True, settings=ON)
    uri = editor.open("shop.py", SHOP)
    await editor.command("deskmate.model", {"do": "pause"})
    said = len(editor.client.messages)
    assert await suggested(editor, uri, CURSOR) == []
    assert (count_asked(log), len(editor.client.messages)) == (0, said)
    await editor.command("deskmate.model", {"do": "resume"})
    assert await suggested(editor, uri, CURSOR) == [BODY]


async def test_the_model_is_shown_what_stands_around_and_in_other_files(editor: Editor) -> None:
    (editor.folder / "tax.py").write_text('def tax(price):\n    """7 %."""\n    return price * 7\n')
    text = f"from tax import tax\n\n\n{SHOP}"
    log = await editor.script(BODY, fim=True, settings=ON)
    uri = editor.open("shop.py", text)
    assert await suggested(editor, uri, text.index("    ") + 4) == [BODY]
    (asked,) = [json.loads(line) for line in log.read_text().splitlines()][:1]
    (raw,) = asked["messages"]
    near, _, rest = raw.partition("<|fim_prefix|>")
    assert "<|file_sep|>tax.py\ndef tax(price):" in near
    before, _, rest = rest.partition("<|fim_suffix|>")
    after, _, typed = rest.partition("<|fim_middle|>")
    assert before == text[: text.index("    ")]
    assert after == "\n\n\nprint(add(1, 2))\n"
    assert f"{typed} " == "    "  # the model writes the last blank, and what follows, as one word


async def test_the_model_is_shown_what_was_just_changed_elsewhere(editor: Editor) -> None:
    """Behind what changes less often, and before what stands around the cursor."""
    log = await editor.script({"text": BODY, "again": True}, fim=True, settings=ON)
    secret = editor.open(".env", "TOKEN=\n")
    tax = editor.open("tax.py", "RATE = 7\n")
    uri = editor.open("shop.py", SHOP)
    editor.type(secret, len("TOKEN="), "hidden")
    editor.type(tax, len("RATE = "), "1")
    editor.type(uri, CURSOR, "re")
    await suggested(editor, uri, CURSOR + 2)
    (raw,) = json.loads(log.read_text().splitlines()[0])["messages"]
    near = raw.partition("<|fim_prefix|>")[0]
    assert near.endswith("<|file_sep|>tax.py\nRATE = 17\n<|file_sep|>shop.py\n")
    assert "hidden" not in raw
    assert "def add" not in near
    editor.type(uri, CURSOR + 2, "x")
    await suggested(editor, uri, CURSOR + 3)
    again = [json.loads(line) for line in log.read_text().splitlines()]
    (then,) = [one for one in again if one["event"] == "asked"][1]["messages"]
    assert then.startswith(raw), "a further key adds only itself"


async def test_it_is_off_until_it_is_turned_on(editor: Editor) -> None:
    log = await editor.script(BODY, fim=True)
    uri = editor.open("shop.py", SHOP)
    assert await suggested(editor, uri, CURSOR) == []
    await editor.script(
        BODY, fim=True, settings={"completion": {**ON["completion"], "disabled": ["python"]}}
    )
    assert await suggested(editor, uri, CURSOR) == []
    assert count_asked(log) == 0


async def test_a_model_that_cannot_fill_in_is_not_asked_and_that_is_said_once(
    editor: Editor,
) -> None:
    log = await editor.script(BODY, settings=ON)
    uri = editor.open("shop.py", SHOP)
    for kind in (Kind.Automatic, Kind.Invoked, Kind.Invoked):
        assert await suggested(editor, uri, CURSOR, kind=kind) == []
    assert count_asked(log) == 0
    said = [one.message for one in editor.client.messages if "fill in" in one.message]
    assert len(said) == 1 and "Set `completion.model`" in said[0]


async def test_the_next_key_ends_the_question(editor: Editor) -> None:
    slow = {"text": BODY, "pieces": 1, "delay": 0.5}
    log = await editor.script(slow, {"text": "print(first)"}, fim=True, settings=ON)
    uri = editor.open("shop.py", SHOP)
    waiting = ask(editor, uri, CURSOR)
    await editor.until(lambda: count_asked(log), "the model is asked")
    editor.type(uri, CURSOR, "p")
    assert not await waiting
    await editor.until(lambda: '"closed"' in log.read_text(), "the model stops")
    assert await suggested(editor, uri, CURSOR + 1) == ["print(first)"]


async def test_the_same_settings_told_again_do_not_end_the_question(editor: Editor) -> None:
    slow = {"text": BODY, "pieces": 1, "delay": 0.02}
    log = await editor.script(slow, fim=True, settings=ON)
    uri = editor.open("shop.py", SHOP)
    waiting = ask(editor, uri, CURSOR)
    await editor.until(lambda: count_asked(log), "the model is asked")
    editor.client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(None))
    assert [one.insert_text for one in await waiting] == [BODY]


async def test_the_client_may_cancel(editor: Editor) -> None:
    slow = {"text": BODY, "pieces": 1, "delay": 0.5}
    log = await editor.script(slow, fim=True, settings=ON)
    uri = editor.open("shop.py", SHOP)
    protocol: Any = editor.client.protocol
    method, asked = lsp.TEXT_DOCUMENT_INLINE_COMPLETION, params(editor, uri, CURSOR)
    request = protocol.send_request_async(method, asked, msg_id="waiting")
    waiting = asyncio.ensure_future(request)
    await editor.until(lambda: count_asked(log), "the model is asked")
    editor.client.cancel_request(lsp.CancelParams("waiting"))
    with pytest.raises(Exception, match="cancel"):
        await waiting
    await editor.until(lambda: '"closed"' in log.read_text(), "the model stops")


async def test_an_action_goes_before_it(editor: Editor) -> None:
    slow = {"text": BODY, "pieces": 1, "delay": 0.5, "when": "fim_prefix"}
    answer = {"text": "It adds.", "when": "Explain", "delay": 0.3}
    log = await editor.script(slow, answer, fim=True, settings=ON)
    uri = editor.open("shop.py", SHOP)
    waiting = ask(editor, uri, CURSOR)
    await editor.until(lambda: count_asked(log), "the model is asked")
    running = asyncio.ensure_future(editor.run("explain", uri, CURSOR))
    assert not await waiting
    await editor.until(lambda: count_asked(log) == 2, "the action is under way")
    assert await suggested(editor, uri, CURSOR) == []
    assert (await running)["status"] in ("shown", "done", "answered")


async def test_by_key_there_are_several_ways(editor: Editor) -> None:
    replies = (BODY, "return second + first", BODY)
    await editor.script(*replies, fim=True, settings=ON)
    uri = editor.open("shop.py", SHOP)
    found = await suggested(editor, uri, CURSOR, kind=Kind.Invoked)
    assert found == [BODY, "return second + first"]


async def test_what_is_typed_of_another_way_keeps_that(editor: Editor) -> None:
    other = "return second + first"
    log = await editor.script(BODY, other, BODY, fim=True, settings=ON)
    uri = editor.open("shop.py", SHOP)
    assert await suggested(editor, uri, CURSOR, kind=Kind.Invoked) == [BODY, other]
    editor.type(uri, CURSOR, "return s")
    assert await suggested(editor, uri, CURSOR + 8) == [other[8:]]
    assert count_asked(log) == 3


async def test_of_two_questions_at_once_the_last_is_answered(editor: Editor) -> None:
    await editor.script({"text": BODY, "delay": 3}, BODY, BODY, BODY, fim=True, settings=ON)
    uri = editor.open("shop.py", SHOP)
    first, second = (ask(editor, uri, CURSOR, kind=Kind.Invoked) for _ in range(2))
    assert not await first
    assert [one.insert_text for one in await second] == [BODY]


async def test_nothing_is_asked_where_keys_and_passwords_stand(editor: Editor) -> None:
    log = await editor.script("secret", fim=True, settings=ON)
    uri = editor.open(".env", "TOKEN=")
    for kind in (Kind.Automatic, Kind.Invoked):
        assert await suggested(editor, uri, len("TOKEN="), kind=kind) == []
    assert count_asked(log) == 0


async def test_it_goes_on_with_what_is_chosen_in_a_menu(editor: Editor) -> None:
    await editor.script(" first + second", fim=True, settings=ON)
    uri = editor.open("shop.py", SHOP.replace("    ", "    re"))
    chosen = lsp.SelectedCompletionInfo(editor.range(uri, CURSOR, CURSOR + 2), "return")
    (item,) = await ask(editor, uri, CURSOR + 2, chosen=chosen)
    assert item.insert_text == "return first + second"
    assert item.range == chosen.range


async def test_a_failure_is_said_once_and_the_next_is_not_asked_at_once(editor: Editor) -> None:
    lost = {"text": "", "error": "EngineLost", "again": True}
    log = await editor.script(lost, fim=True, settings=ON)
    uri = editor.open("shop.py", SHOP)
    for at in range(3):
        assert await suggested(editor, uri, CURSOR + at) == []
        editor.type(uri, CURSOR + at, "p")
    assert count_asked(log) == 1
    assert len([one for one in editor.client.messages if "EngineLost" in one.message]) == 1


async def test_what_a_key_ended_after_too_long_counts_as_slow_and_that_is_said_once(
    editor: Editor,
) -> None:
    slow = {"text": BODY, "pieces": 1, "delay": 600, "again": True}
    settings = {"completion": {**ON["completion"], "slowest_ms": 100}}
    log = await editor.script(slow, fim=True, settings=settings)
    uri = editor.open("shop.py", SHOP)
    for at in range(5):
        waiting = ask(editor, uri, CURSOR + at)
        await until_asked(editor, log, at + 1)
        await asyncio.sleep(0.2)
        editor.type(uri, CURSOR + at, "p")
        assert not await waiting
    said = await editor.message("from now on they come only when you ask by key")
    assert "more than 0.1 s" in said.message
    assert await suggested(editor, uri, CURSOR + 5) == []
    assert count_asked(log) == 5


async def test_two_editors_on_one_project_are_both_answered(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as one, editing(tmp_path, neovim()) as other:
        logs = {await editor.script(BODY, fim=True, settings=ON) for editor in (one, other)}
        asked = [ask(editor, editor.open("shop.py", SHOP), CURSOR) for editor in (one, other)]
        assert [[item.insert_text for item in await each] for each in asked] == [[BODY]] * 2
        assert sum(map(count_asked, logs)) == 2


async def test_a_file_too_long_is_left_alone(editor: Editor) -> None:
    log = await editor.script(BODY, fim=True, settings=ON)
    uri = editor.open("long.py", SHOP + "x = 1\n" * 200_000)
    assert await suggested(editor, uri, CURSOR) == []
    assert count_asked(log) == 0


async def test_the_tokens_of_the_model_in_a_file_are_only_text(editor: Editor) -> None:
    log = await editor.script(BODY, fim=True, settings=ON)
    text = f'MARK = "<|fim_middle|><|fim_suffix|>"\n\n\n{SHOP}'
    uri = editor.open("shop.py", text)
    assert await suggested(editor, uri, text.index("    ") + 4) == [BODY]
    (raw,) = json.loads(log.read_text().splitlines()[0])["messages"]
    assert raw.count("<|fim_middle|>") == raw.count("<|fim_suffix|>") == 1


async def test_columns_are_the_clients(tmp_path: Path) -> None:
    async with editing(tmp_path, neovim()) as editor:
        await editor.script('"😀")', fim=True, settings=ON)
        uri = editor.open("shop.py", "print('😀', ")
        assert await suggested(editor, uri, len("print('😀', ")) == ['"😀")']


async def test_what_is_suggested_has_the_line_ends_of_the_file(editor: Editor) -> None:
    await editor.script("total = '😀'\n    return total", fim=True, settings=ON)
    text = "def add(first):  # 😀\r\n    \r\n"
    uri = editor.open("shop.py", text)
    (said,) = await suggested(editor, uri, text.index("    ") + 4)
    assert said == "total = '😀'\r\n    return total"


def told_later() -> lsp.ClientCapabilities:
    """A client that can be told at any time that text is suggested."""
    can = lsp.InlineCompletionClientCapabilities(dynamic_registration=True)
    return lsp.ClientCapabilities(
        text_document=lsp.TextDocumentClientCapabilities(inline_completion=can)
    )


async def test_who_can_be_told_later_is_told_only_while_something_is_suggested(
    tmp_path: Path,
) -> None:
    async with editing(tmp_path, told_later()) as editor:
        method = lsp.TEXT_DOCUMENT_INLINE_COMPLETION
        assert editor.capabilities.inline_completion_provider is None
        await editor.script(BODY, fim=True)
        assert method not in editor.registered
        await editor.script(BODY, fim=True, settings=ON)
        await editor.until(lambda: method in editor.registered, "it is told")
        uri = editor.open("shop.py", SHOP)
        assert await suggested(editor, uri, CURSOR) == [BODY]
        await editor.script(BODY, fim=True)
        await editor.until(lambda: method not in editor.registered, "it is told that it is off")


async def test_others_are_told_at_once(tmp_path: Path) -> None:
    async with editing(tmp_path, plain()) as editor:
        assert editor.capabilities.inline_completion_provider
        await editor.script(BODY, fim=True, settings=ON)
        assert lsp.TEXT_DOCUMENT_INLINE_COMPLETION not in editor.registered


async def listed(editor: Editor, uri: str, at: int) -> lsp.CompletionList:
    """What stands in the menu of completions."""
    where = editor.range(uri, at, at).start
    asked = lsp.CompletionParams(lsp.TextDocumentIdentifier(uri), where)
    found = await editor.client.text_document_completion_async(asked)
    assert isinstance(found, lsp.CompletionList)
    return found


async def test_where_no_text_can_be_shown_it_is_the_last_entry_of_the_menu(tmp_path: Path) -> None:
    options = {"completion": {"in_list": True}}
    async with editing(tmp_path, helix(), options=options) as editor:
        assert editor.capabilities.completion_provider == lsp.CompletionOptions()
        said = "urn first + second"
        log = await editor.script({"text": said, "again": True}, fim=True, settings=ON)
        uri = editor.open("shop.py", SHOP.replace("    ", "    ret"))
        found = await listed(editor, uri, CURSOR + 3)
        assert found.is_incomplete, "it is asked for anew with the next key"
        (item,) = found.items
        assert item.label == item.filter_text == BODY
        assert item.text_edit == lsp.TextEdit(editor.range(uri, CURSOR, CURSOR + 3), BODY)
        assert not item.preselect
        assert item.sort_text and item.sort_text > "zzzz"
        editor.type(uri, CURSOR + 3, "u")
        assert [one.label for one in (await listed(editor, uri, CURSOR + 4)).items] == [BODY]
        assert count_asked(log) == 1, "what is typed of it keeps it"


async def test_of_several_lines_the_menu_shows_the_first_and_inserts_all(tmp_path: Path) -> None:
    options = {"completion": {"in_list": True}}
    async with editing(tmp_path, helix(), options=options) as editor:
        said = "total = first + second\n    return total"
        await editor.script(said, fim=True, settings=ON)
        uri = editor.open("shop.py", SHOP)
        (item,) = (await listed(editor, uri, CURSOR)).items
        assert item.label == "total = first + second…"
        assert item.documentation == said
        assert isinstance(item.text_edit, lsp.TextEdit) and item.text_edit.new_text == said


async def test_a_blank_that_is_left_of_a_suggestion_is_no_entry(tmp_path: Path) -> None:
    options = {"completion": {"in_list": True}}
    async with editing(tmp_path, helix(), options=options) as editor:
        await editor.script("first + second)", fim=True, settings=ON)
        text = SHOP.replace("    ", "    return sum(second)")
        uri = editor.open("shop.py", text)
        at = text.index("second)", CURSOR)
        (item,) = (await listed(editor, uri, at)).items
        assert item.label == "first +"
        editor.type(uri, at, "first +")
        assert not (await listed(editor, uri, at + len("first +"))).items


@pytest.mark.parametrize("client", [helix, vscode, told_later])
async def test_nobody_is_asked_for_completions_who_did_not_want_that(
    tmp_path: Path, client: Any
) -> None:
    wanted = client is told_later  # which shows text behind the cursor
    options = {"completion": {"in_list": wanted}}
    async with editing(tmp_path, client(), options=options) as editor:
        assert editor.capabilities.completion_provider is None
