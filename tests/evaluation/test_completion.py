"""`deskmate eval complete`: what is taken out of source, and what is said of what comes back."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from deskmate.cli.eval_completion import evaluate_completion
from deskmate.engines.scripted import Reply, ScriptedEngine
from deskmate.errors import ActionError, EngineRejected
from deskmate.evaluation.completion import Try, read_record, summarise, try_masks
from deskmate.evaluation.masks import find_masks

SOURCE = Path(__file__).parents[2] / "examples" / "shop"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of one file, with enough lines above what is taken out."""
    text = "# A shop.\n" * 12 + (SOURCE / "basket.py").read_text(encoding="utf-8")
    (tmp_path / "basket.py").write_text(text, encoding="utf-8")
    return tmp_path


def test_what_is_taken_out_stood_there(folder: Path) -> None:
    whole = (folder / "basket.py").read_text(encoding="utf-8")
    masks = find_masks(folder, 6)
    assert {one.kind for one in masks} == {"line", "block"}
    for one in masks:
        left = one.document.text
        assert left[: one.offset] + one.wanted + left[one.offset :] == whole


def test_an_edit_elsewhere_takes_out_the_same(folder: Path) -> None:
    before = {one.wanted for one in find_masks(folder, 6)}
    file = folder / "basket.py"
    file.write_text(f"# More.\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    assert {one.wanted for one in find_masks(folder, 6)} == before


LINES = "".join(f"value_{number} = {number}\n" for number in range(300))


def test_a_line_is_taken_out_with_what_the_same_commit_wrote_out_of_sight(tmp_path: Path) -> None:
    """Its name for a thing is not to be seen else; of a commit that wrote a whole file none is."""
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, {"a.py": LINES, "b.py": LINES})
    changed = LINES.replace("value_20 = 20", "postage = 20")
    used = LINES.replace("value_250 = 250", "value_250 = postage + 250")
    commit(tmp_path, {"a.py": changed, "b.py": used})
    edits = [one for one in find_masks(tmp_path, 8) if one.kind == "edit"]
    (one,) = [one for one in edits if one.document.uri.endswith("/b.py")]
    assert one.wanted == "value_250 = postage + 250"
    assert [document.slice(span) for document, span in one.edited] == ["postage = 20"]


def test_no_line_is_taken_out_that_nobody_could_know(tmp_path: Path) -> None:
    """A name that stands nowhere else, a sentence, and what is within a longer text."""
    text = """# A shop.
def add(first, second):
    '''Adds them.

    And nothing more than that.
    '''
    total = first + second
    print("It is no more.", total)
    print(total.hidden_elsewhere)
    return total * first
"""
    (tmp_path / "a.py").write_text("# A shop.\n" * 12 + text, encoding="utf-8")
    masks = [one for seed in range(20) for one in find_masks(tmp_path, 2, seed)]
    assert {one.line for one in masks if one.kind == "line"} == {19, 22}


def commit(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "More")


def git(folder: Path, *words: str) -> None:
    author = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *author, *words], cwd=folder, check=True)


def test_a_folder_without_source_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(ActionError, match="name another folder"):
        find_masks(tmp_path, 6)


def test_a_record_stays_where_nothing_can_be_measured(tmp_path: Path) -> None:
    record = tmp_path / "kept.jsonl"
    record.write_text("{}\n", encoding="utf-8")
    with pytest.raises(ActionError):
        evaluate_completion(tmp_path, "", 0, 1, 0, str(record), resume=False)
    assert record.read_text(encoding="utf-8") == "{}\n"


def test_it_is_told_how_many_there_are_meanwhile(folder: Path) -> None:
    told: list[int] = []
    masks = find_masks(folder, 6, tell=told.append)
    assert told[-1] >= len(masks)


async def test_what_was_refused_is_kept(folder: Path) -> None:
    (mask,) = [one for one in find_masks(folder, 6) if one.kind == "block"][:1]
    engine = ScriptedEngine([Reply("return nowhere_defined", again=True)], fim=True)
    tries = [one async for one in try_masks([mask], engine, folder)]
    assert [(one.text, one.refused) for one in tries] == [
        ("", "return nowhere_defined"),
        ("", "return nowhere_defined"),
        ("return nowhere_defined", ""),
    ]


async def test_each_is_asked_for_in_three_ways_and_once(folder: Path) -> None:
    (mask,) = [one for one in find_masks(folder, 6) if one.kind == "block"][:1]
    engine = ScriptedEngine([Reply(f"{mask.wanted}\n\n\n", again=True)], fim=True)
    tries = [one async for one in try_masks([mask], engine, folder)]
    assert [one.arm for one in tries] == ["deskmate", "without other files", "plain"]
    assert [one.exact for one in tries] == [True, True, True]
    assert "| block, plain | 1 | 100% |" in summarise(tries)
    wrong = ScriptedEngine([Reply("pass", again=True)], fim=True)
    others = [one async for one in try_masks([mask], wrong, folder)]
    assert not any(one.exact for one in others)
    assert all(one.similarity < 0.5 for one in others)
    again = [one async for one in try_masks([mask], engine, folder, tries[1:])]
    assert [one.arm for one in again] == ["deskmate"], "what is known is not asked for again"


def test_how_many_times_as_many_are_exact_is_told_by_the_tasks_of_both() -> None:
    def tried(arm: str, text: str, at: int) -> Try:
        return Try("small", "1", "a.py", at, "line", arm, f"x = {at}", text, 0.1, 2)  # type: ignore[arg-type]

    right = [tried("deskmate", f"x = {at}", at) for at in range(3)]
    plain = [tried("plain", "x = 1", at) for at in range(2)]
    assert "Exact, of 2 tasks: Deskmate 2, plain 1, so 2.00× (1.00–inf)" in summarise(right + plain)


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    one = Try("small", "1", "a.py", 3, "line", "plain", "x = '\u2028'", "", 0.1, 2)
    record = tmp_path / "kept.jsonl"
    assert read_record(record) == []
    record.write_text(one.dump() * 2, encoding="utf-8")
    assert read_record(record) == [one, one]
    record.write_text("[1, 2]\n", encoding="utf-8")
    with pytest.raises(ActionError, match="other lines"):
        read_record(record)


async def test_a_model_that_cannot_fill_in_is_told_so(folder: Path) -> None:
    with pytest.raises(EngineRejected, match="cannot fill in"):
        await anext(try_masks(find_masks(folder, 6), ScriptedEngine([]), folder))
