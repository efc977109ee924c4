"""From a request to a proposal, with an engine that says what a script tells it to."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deskmate.actions.catalog import load_actions
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.target import EXACT
from deskmate.core.text.text import Span, apply_edits
from deskmate.engines.engine import Prompt
from deskmate.engines.scripted import Reply, ScriptedEngine
from deskmate.engines.tiers import Tiers, large_settings
from deskmate.errors import ActionError, EngineLost, EngineUnavailable, Refused
from deskmate.requests.pipeline import WITHOUT_MODEL, propose, propose_in_tiers
from deskmate.requests.proposal import Proposal
from deskmate.requests.repair_loop import REPAIRS, Update
from deskmate.requests.request import Request, resolve
from deskmate.settings.schema import Settings
from deskmate.settings.sections.docstrings import DocstringSettings
from deskmate.settings.sections.local import LocalSettings
from deskmate.settings.sections.local_large import LargeSettings

ACTIONS, _ = load_actions()

CODE = '''\
import math


def area(r: float) -> float:
    """Of a circle."""
    return math.pi * r


def double(x):
    return 2 * x


# the circumference of a circle
'''
RIGHT = "```python\ndef area(r: float) -> float:\n    return math.pi * r ** 2\n```"
WRONG = "```python\ndef area(r: float) -> float:\n    return math.pi * (r ** 2\n```"
OTHER = "```python\ndef area(r: int) -> float:\n    return math.pi * r ** 2\n```"


def at(text: str, mark: str) -> Span:
    return Span(text.index(mark), text.index(mark))


def document(text: str = CODE) -> Document:
    return open_document("file:///project/shapes.py", text, version=7)


async def run(
    action: str, engine: ScriptedEngine, mark: str = "def area", **more: object
) -> Proposal:
    request = resolve(ACTIONS[action], document(), at(CODE, mark), **more)  # type: ignore[arg-type]
    return await propose(request, engine)


def user(prompt: Prompt) -> str:
    return prompt.messages[1].content


async def test_a_reply_becomes_small_edits_of_the_document_that_was_asked_about() -> None:
    proposal = await run(
        "fix-bug",
        ScriptedEngine([RIGHT.replace("    return", '    """Of a circle."""\n    return')]),
    )
    assert proposal.change is not None
    assert proposal.change.before.version == 7
    assert apply_edits(CODE, proposal.change.edits) == CODE.replace("pi * r", "pi * r ** 2")
    assert [edit.text for edit in proposal.change.edits] == [" ** 2"]
    assert proposal.target == "function `area`"
    assert proposal.request.target.span.contains(proposal.change.edits[0].span)
    assert proposal.tried == ()


async def test_the_model_is_told_what_was_wrong_and_asked_again() -> None:
    engine = ScriptedEngine([WRONG, OTHER, RIGHT])
    proposal = await run("fix-bug", engine)
    assert len(proposal.tried) == 2
    assert proposal.reply == RIGHT
    second, third = engine.prompts[1:]
    assert "syntax error" in second.messages[-1].content
    assert WRONG in second.messages[-2].content
    assert "signature must stay" in third.messages[-1].content
    assert len(third.messages) == len(second.messages), "only the last reply is shown again"


SAME = f"```python\n{CODE[CODE.index('def area') : CODE.index('def double')].strip()}\n```"


async def test_where_nobody_can_tell_code_is_not_written_anew_but_asked_for_again() -> None:
    engine = ScriptedEngine([SAME, WRONG, SAME, RIGHT])
    proposal = await run("fix-bug", engine, instruction="a circle is round")
    assert len(proposal.tried) == 3
    assert all("same as before" in one.messages[-1].content for one in engine.prompts[1:])
    assert len({one.seed for one in engine.prompts[1:]}) == 3


async def test_where_something_is_said_to_be_wrong_several_are_asked_at_once() -> None:
    fixed = SAME.replace("* r\n", "* r ** 2\n")
    other = SAME.replace("* r\n", "* r * 2\n")
    engine = ScriptedEngine([SAME, SAME, other, fixed, fixed], answers=4)
    proposal = await run("fix-bug", engine, instruction="a circle is round")
    assert proposal.change is not None
    assert "* r ** 2" in proposal.change.after, "most say so"
    assert [one.answers for one in engine.prompts] == [1, 4]


async def test_where_none_of_several_changes_anything_that_is_said() -> None:
    same = "```python\ndef double(x):\n    return 2 * x\n```"
    engine = ScriptedEngine([same] * 5, answers=4)
    with pytest.raises(Refused, match=r"after 5 tries.* Each time: The code is the same as before"):
        await run("fix-bug", engine, "def double", instruction="it is too small")


async def test_a_model_that_finds_nothing_is_believed_where_nobody_knows_better() -> None:
    engine = ScriptedEngine([SAME])
    with pytest.raises(Refused, match="found nothing to fix in function `area`"):
        await run("fix-bug", engine)
    assert len(engine.prompts) == 1


async def test_the_comment_above_code_without_documentation_is_shown() -> None:
    text = "/* The sum of both. */\nconst add = (a, b) => {\n  return a - b;\n};\n"
    source = open_document("file:///project/add.js", text)
    unchanged = "```js\nconst add = (a, b) => {\n  return a - b;\n};\n```"
    engine = ScriptedEngine([unchanged, unchanged.replace("a - b", "a + b")])
    request = resolve(ACTIONS["fix-bug"], source, at(text, "const"), instruction="3 is wrong")
    proposal = await propose(request, engine)
    assert proposal.change is not None
    assert proposal.change.after == text.replace("a - b", "a + b")
    assert all("/* The sum of both. */" in user(prompt) for prompt in engine.prompts)


async def test_after_that_it_is_refused_in_a_sentence() -> None:
    engine = ScriptedEngine([WRONG] * 3 + [RIGHT])
    with pytest.raises(
        Refused, match=r"function `area` after 3 tries, so nothing was changed"
    ) as e:
        await run("fix-bug", engine)
    assert len(e.value.tried) == len(engine.prompts) == 1 + REPAIRS
    assert str(e.value).count("syntax error") == 1, "the same thing is said once"
    assert "Each time: In line 2 of the code, there is a syntax error" in str(e.value)


async def test_a_refusal_says_what_each_try_failed_on_and_holds_the_last_reply() -> None:
    empty = '```python\ndef area(r: float) -> float:\n    """Of a circle."""\n```'
    with pytest.raises(Refused) as e:
        await run("fix-bug", ScriptedEngine([WRONG, OTHER, empty]))
    said = str(e.value)
    assert "1. In line 2 of the code" in said
    assert "2. The signature must stay `def area(r: float) -> float:`" in said
    assert "3. The body of `def area(r: float) -> float:` is gone" in said
    assert e.value.reply == empty


async def test_each_finding_quotes_the_lines_that_it_is_about() -> None:
    engine = ScriptedEngine([WRONG, OTHER, RIGHT])
    await run("fix-bug", engine)
    second, third = (prompt.messages[-1].content for prompt in engine.prompts[1:])
    assert "`return math.pi * (r ** 2`" in second
    assert "`def area(r: float) -> float:`" in third
    assert "`def area(r: int) -> float:`" in third
    assert max(len(second), len(third)) < 300, "small models get lost in more"


async def test_an_engine_that_fails_is_no_refusal() -> None:
    with pytest.raises(EngineLost):
        await run("fix-bug", ScriptedEngine([Reply("```python\ndef", error="EngineLost")]))


async def test_an_action_that_does_not_apply_says_what_it_needs() -> None:
    with pytest.raises(ActionError, match="line 1: it needs a function or class"):
        await run("add-docstring", ScriptedEngine([]), "import math")


async def test_code_that_does_not_fit_the_window_is_not_cut() -> None:
    engine = ScriptedEngine([RIGHT], context=300)
    with pytest.raises(ActionError, match=r"more than this model can rewrite in its window of 300"):
        await run("fix-bug", engine)
    assert engine.prompts == []


async def test_the_same_file_gives_prompts_that_begin_alike() -> None:
    engine = ScriptedEngine(["It is a circle.", RIGHT])
    await run("explain", engine)
    await run("fix-bug", engine)
    one, two = map(user, engine.prompts)
    assert engine.prompts[0].messages[0] == engine.prompts[1].messages[0]
    code = one.index("def area")
    assert one[: code + 60] == two[: code + 60]


async def test_what_surrounds_the_code_is_shown(tmp_path: Path) -> None:
    engine = ScriptedEngine(["Twice."])
    uri = (tmp_path / "lib.py").as_uri()
    (tmp_path / "lib.py").write_text("")
    other = open_document(uri, "def helper(a):\n    return a\n")  # as it is yet to be saved
    text = (
        "from lib import helper\n\n\nclass Box:\n    def a(self):\n        return helper(1)\n\n"
        "    def b(self, x):\n        return x\n"
    )
    request = resolve(
        ACTIONS["explain"],
        open_document((tmp_path / "a.py").as_uri(), text),
        at(text, "return helper"),
        others=(other,),
        root=tmp_path,
    )
    await propose(request, engine)
    shown = user(engine.prompts[0])
    assert "from lib import helper" in shown
    assert "# lib.py\ndef helper(a):" in shown
    assert "def b(self, x):" in shown


async def test_what_did_not_fit_is_named() -> None:
    long = ", ".join(f"p{n}" for n in range(900))
    text = f"def f():\n    return long_one()\n\n\ndef long_one({long}):\n    return 1\n"
    request = resolve(ACTIONS["explain"], open_document("file:///a.py", text), at(text, "def f("))
    proposal = await propose(request, ScriptedEngine(["One."], context=820))
    assert proposal.left_out == ("`long_one` in the same file",)


async def test_where_the_engine_can_go_on_the_answer_is_begun_for_it() -> None:
    engine = ScriptedEngine(["\n    return math.pi * r ** 2"], prefill=True)
    proposal = await run("fix-bug", engine)
    [prompt] = engine.prompts
    assert prompt.prefill == '```python\ndef area(r: float) -> float:\n    """Of a circle."""'
    assert prompt.stop == ("\n```",)
    assert proposal.change is not None
    assert proposal.change.after == CODE.replace("pi * r", "pi * r ** 2")


async def test_a_reply_that_was_cut_off_is_continued_once() -> None:
    replies: list[str | Reply] = [Reply("\n    return math.pi", finish="length"), " * r ** 2"]
    engine = ScriptedEngine(replies, prefill=True)
    proposal = await run("fix-bug", engine)
    assert engine.prompts[1].prefill.endswith("return math.pi")
    assert proposal.tried == ()
    assert proposal.reply.endswith("return math.pi * r ** 2")


async def test_documentation_leaves_the_code_alone() -> None:
    engine = ScriptedEngine(["Gives twice `x`."], prefill=True)
    proposal = await run("add-docstring", engine, "def double")
    assert engine.prompts[0].prefill.endswith('def double(x):\n    """')
    assert proposal.change is not None
    assert proposal.change.after == CODE.replace(
        "def double(x):\n", 'def double(x):\n    """Gives twice `x`."""\n'
    )


FENCED = '''\
def greet():
    return """
```
hello
```
"""
'''


async def test_code_that_holds_fences_stands_in_a_longer_one() -> None:
    """A fence in the code is neither the end of what the model is shown nor that of its reply."""
    engine = ScriptedEngine(["\n" + FENCED.partition("\n")[2].replace("hello", "hi")], prefill=True)
    asked = resolve(ACTIONS["fix-bug"], document(FENCED), at(FENCED, "def greet"))
    proposal = await propose(asked, engine)
    (prompt,) = engine.prompts
    assert f"\n````python\n{FENCED}````\n" in prompt.messages[-1].content
    assert (prompt.prefill, prompt.stop) == ("````python\ndef greet():", ("\n````",))
    assert proposal.change is not None
    assert proposal.change.after == FENCED.replace("hello", "hi")


async def test_a_comment_becomes_the_function_below_it() -> None:
    reply = "```python\ndef circumference(r: float) -> float:\n    return 2 * math.pi * r\n```"
    proposal = await run("generate", ScriptedEngine([reply]), "# the circ")
    assert proposal.change is not None
    assert proposal.change.after == CODE + reply[len("```python\n") : -len("```")]


async def test_tests_go_to_a_file_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "pyproject.toml").touch()
    source = open_document((tmp_path / "shapes.py").as_uri(), CODE)
    reply = "```python\ndef test_double():\n    assert double(2) == 4\n```"
    request = resolve(ACTIONS["write-tests"], source, at(CODE, "def double"))
    proposal = await propose(request, ScriptedEngine([reply]))
    assert proposal.change is not None
    assert proposal.change.create
    assert proposal.change.before.uri == (tmp_path / "tests" / "test_shapes.py").as_uri()
    expected = "from shapes import double\n\n\ndef test_double():\n    assert double(2) == 4\n"
    assert proposal.change.after == expected


async def test_an_explanation_is_shown_and_changes_nothing() -> None:
    proposal = await run("explain", ScriptedEngine(["<think>hm</think>It is **a circle**."]))
    assert proposal.change is None
    assert proposal.shown == "It is **a circle**."


async def test_progress_is_reported_piece_by_piece() -> None:
    updates: list[Update] = []
    engine = ScriptedEngine([Reply("one two three", pieces=4)])
    request = resolve(ACTIONS["explain"], document(), at(CODE, "def area"))
    await propose(request, engine, updates.append)
    assert [str(update) for update in updates[:2]] == ["loading the model", "waiting"]
    assert str(updates[-2]) == "writing, 4 tokens"
    assert "".join(update.text for update in updates) == "one two three"
    assert max(update.completion_tokens for update in updates) == 4


@pytest.mark.parametrize(
    "reply",
    [
        Reply("<think>\nIt has a name,\nso read it.</think>one two three", pieces=4),
        Reply("one two three", reasoning="It has a name,\nso read it.", pieces=4),
    ],
    ids=["aloud", "apart"],
)
async def test_what_is_thought_is_progress_and_no_part_of_the_answer(reply: Reply) -> None:
    updates: list[Update] = []
    request = resolve(ACTIONS["explain"], document(), at(CODE, "def area"))
    proposal = await propose(request, ScriptedEngine([reply]), updates.append)
    assert proposal.shown == "one two three"
    assert "".join(update.text for update in updates) == "one two three"
    [*_, last] = [str(update) for update in updates if update.stage == "thinking"]
    assert last.startswith("thinking, ")
    assert last.endswith(" tokens: …It has a name, so read it.")


async def test_an_answer_that_begins_almost_like_a_thought_is_streamed_whole() -> None:
    updates: list[Update] = []
    request = resolve(ACTIONS["explain"], document(), at(CODE, "def area"))
    engine = ScriptedEngine([Reply(" <thin> <think> of it", pieces=3)])
    await propose(request, engine, updates.append)
    assert "".join(update.text for update in updates) == " <thin> <think> of it"
    assert not any(update.thought for update in updates)


class Counted(ScriptedEngine):
    """With a tokenizer that makes a token of every so many bytes."""

    def __init__(self, context: int, bytes_a_token: int) -> None:
        super().__init__([Reply(RIGHT, again=True)], context=context)
        self._capabilities = replace(self._capabilities, tokenizer=True)
        self._bytes_a_token = bytes_a_token

    async def count_tokens(self, text: str) -> int:
        return len(text.encode()) // self._bytes_a_token


async def test_what_fits_is_counted_by_the_engines_own_tokenizer() -> None:
    context = 1600
    for bytes_a_token, seen in ((1, False), (3, False), (8, True)):
        engine = Counted(context, bytes_a_token)
        text = CODE + "".join(
            f"\n\ndef near{n}({', '.join(f'p{m}' for m in range(99))}):\n    return {n}\n"
            for n in range(3)
        )
        text = text.replace("return math.pi * r", "return math.pi * r + " + " + ".join(NEAR))
        request = resolve(ACTIONS["explain"], document(text), at(text, "def area"))
        if bytes_a_token == 1:
            with pytest.raises(ActionError, match="more than this model"):
                await propose(request, engine)
            continue
        await propose(request, engine)
        whole = "".join(message.content for message in engine.prompts[0].messages)
        assert await engine.count_tokens(whole) + engine.prompts[0].max_tokens <= context
        assert (whole.count("p98") == len(NEAR[:3])) is seen, whole


NEAR = ("near0()", "near1()", "near2()", *(f"some_rather_long_name_{n}" for n in range(60)))


async def test_an_instruction_reaches_the_model() -> None:
    engine = ScriptedEngine([RIGHT])
    await run("refactor", engine, instruction="square the radius")
    assert "square the radius" in user(engine.prompts[0])


@pytest.mark.parametrize(
    ("style", "asked"),
    [("google", "Google"), ("numpy", "NumPy"), ("rest", ":param")],
)
async def test_the_style_of_documentation_is_the_settings_choice(style: Any, asked: str) -> None:
    engine = ScriptedEngine(["```\nGives twice `x`.\n```"])
    settings = Settings(docstrings=DocstringSettings(style=style))
    await run("add-docstring", engine, "def double", settings=settings)
    assert asked in user(engine.prompts[0])


async def test_tests_that_were_cut_off_lose_the_last_one_only(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    source = open_document((tmp_path / "shapes.py").as_uri(), CODE)
    one = "def test_double():\n    assert double(2) == 4\n"
    reply = Reply(f"```python\n{one}\n\ndef test_more():\n    assert double(", finish="length")
    request = resolve(ACTIONS["write-tests"], source, at(CODE, "def double"))
    proposal = await propose(request, ScriptedEngine([reply]))
    assert proposal.change is not None
    assert proposal.change.after == f"from shapes import double\n\n\n{one}"
    assert "Left out the last test, which was cut off." in proposal.notes


@pytest.mark.parametrize("package", ["package shapes\n\n", ""])
async def test_a_new_test_file_opens_as_its_language_wants(tmp_path: Path, package: str) -> None:
    (tmp_path / "go.mod").touch()
    code = "package shapes\n\nfunc Half(n int) int {\n\treturn n / 2\n}\n"
    source = open_document((tmp_path / "shapes.go").as_uri(), code)
    test = "func TestHalf(t *testing.T) {\n\tif Half(4) != 2 {\n\t\tt.Error(4)\n\t}\n}\n"
    request = resolve(ACTIONS["write-tests"], source, at(code, "func Half"))
    proposal = await propose(request, ScriptedEngine([f"```go\n{package}{test}```"]))
    assert proposal.change is not None
    assert proposal.change.after == f'package shapes\n\nimport "testing"\n\n{test}'


def tiers(folder: Path, local: list[str], large: list[str] | None) -> Tiers:
    """A model that says `local`, and a larger one that says `large`, if there is one."""
    for name, replies in (("local", local), ("large", large or [])):
        text = "".join(f"[[reply]]\ntext = {json.dumps(reply)}\n" for reply in replies)
        script = f"[engine]\nmodel = '{name}'\n{text}"
        (folder / f"{name}.toml").write_text(script, encoding="utf-8")
    local_settings = LocalSettings(engine="scripted", model=str(folder / "local.toml"))
    larger = str(folder / "large.toml") if large is not None else ""
    return Tiers(Settings(local=local_settings, local_large=LargeSettings(model=larger)))


def fix(*, large: bool = False) -> Request:
    return resolve(ACTIONS["fix-bug"], document(), at(CODE, "def area"), large=large)


async def test_what_the_model_cannot_do_the_larger_one_is_asked(tmp_path: Path) -> None:
    proposal = await propose_in_tiers(fix(), tiers(tmp_path, [WRONG] * 3, [RIGHT]))
    assert proposal.model == "large"
    assert len(proposal.tried) == 3
    assert "local found no usable answer, so large was asked." in proposal.remarks


async def test_the_larger_model_is_not_asked_for_what_the_other_can_do(tmp_path: Path) -> None:
    proposal = await propose_in_tiers(fix(), tiers(tmp_path, [RIGHT], [RIGHT]))
    assert proposal.model == "local"


async def test_the_larger_model_can_be_asked_at_once(tmp_path: Path) -> None:
    proposal = await propose_in_tiers(fix(large=True), tiers(tmp_path, [RIGHT], [RIGHT]))
    assert (proposal.model, proposal.tried) == ("large", ())


async def test_without_a_larger_model_a_refusal_is_one(tmp_path: Path) -> None:
    both = tiers(tmp_path, [WRONG] * 3, None)
    with pytest.raises(Refused, match="No usable answer"):
        await propose_in_tiers(fix(), both)
    with pytest.raises(EngineUnavailable, match=r"No larger model is set. Set `local_large.model`"):
        await propose_in_tiers(fix(large=True), both)


async def test_a_larger_model_that_cannot_be_asked_is_said_with_the_refusal(
    tmp_path: Path,
) -> None:
    both = tiers(tmp_path, [WRONG] * 3, [RIGHT])
    (tmp_path / "large.toml").unlink()
    with pytest.raises(Refused, match=r"No usable .* larger model could not be asked: "):
        await propose_in_tiers(fix(), both)


def test_the_larger_model_is_run_as_the_other_but_for_what_is_set() -> None:
    local = LocalSettings(url="http://127.0.0.1:1/v1", api_key="mine", threads=3)
    assert large_settings(Settings(local=local)) is None
    same = large_settings(Settings(local=local, local_large=LargeSettings(model="big")))
    assert same == replace(local, model="big")
    team = LargeSettings(engine="openai", url="https://team/v1")
    other = large_settings(Settings(local=local, local_large=team))
    assert other == replace(local, engine="openai", url="https://team/v1", api_key="")


async def test_a_part_that_is_promised_is_asked_for_once_more() -> None:
    parts = "**What is there now**\nA.\n\n**What it should become**\nB.\n\n**Steps**\n1. C.\n"
    whole = f"{parts}\n**What could go wrong**\nD."
    engine = ScriptedEngine([parts, whole])
    proposal = await run("plan-change", engine)
    assert proposal.shown == whole
    assert "with the part “What could go wrong” too" in engine.prompts[1].messages[-1].content
    proposal = await run("plan-change", ScriptedEngine([parts, parts]))
    assert (proposal.shown, proposal.warnings) == (
        parts.strip(),
        ("The answer has no part “What could go wrong”.",),
    )


def test_of_a_file_that_is_too_long_it_is_said() -> None:
    text = "x = 1\n" * 400_000
    long = open_document("file:///long.py", text)
    with pytest.raises(ActionError, match="2,400,000 characters; code is read in files of up to"):
        resolve(ACTIONS["fix-bug"], long, Span(0, 0))
    assert long.tree is None


def test_what_no_model_makes_is_known_without_the_workers() -> None:
    assert set(EXACT) == set(WITHOUT_MODEL)
