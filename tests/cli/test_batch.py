"""`deskmate batch`: many files, rows, and what is left of it when it is killed."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from command_line import Project
from deskmate.cli import batch_journal
from deskmate.cli.batch_journal import Entry, Journal
from deskmate.errors import ActionError

TEXT = "# Page {}\n\nThis is teh page that has the number {}.\n"
RIGHT = "# Page {}\n\nThis is the page that has the number {}.\n"


def pages(project: Project, count: int) -> None:
    """Files in `docs`, each with the same mistake."""
    folder = project.root / "docs" / "inner"
    folder.mkdir(parents=True)
    for number in range(count):
        text = TEXT.format(number, number)
        (folder / f"{number:03}.md").write_text(text, encoding="utf-8", newline="")


def script(project: Project, *more: str) -> None:
    """The model corrects the mistake, wherever it is."""
    rows = [
        f"[engine]\nslots = 4\nlog = {json.dumps(str(project.log))}\n",
        *more,
        '[[reply]]\nwhen = "This is teh page"\ntext = "This is the page that has the number X."\n'
        "again = true\ndelay = 0.003\n",
        '[[reply]]\nwhen = "This is the page"\ntext = "This is the page."\nagain = true\n',
        '[[reply]]\nwhen = "Page"\ntext = "Page"\nagain = true\n',
    ]
    (project.home / "script.toml").write_text("\n".join(rows), encoding="utf-8")
    project.variables["DESKMATE_LOCAL__ENGINE"] = "scripted"
    project.variables["DESKMATE_LOCAL__MODEL"] = str(project.home / "script.toml")


def found(folder: Path) -> dict[str, str]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


PATTERN = "docs/**/*.md"


def test_files_are_written_where_it_is_said(project: Project) -> None:
    pages(project, 3)
    script(project)
    before = found(project.root / "docs")
    assert project.deskmate("batch", "proofread", PATTERN).returncode == 2
    shown = project.deskmate("batch", "proofread", PATTERN, "--dry-run")
    assert (shown.returncode, shown.stdout.count("+This is the page")) == (0, 3), shown.stderr
    assert found(project.root / "docs") == before
    elsewhere = project.deskmate("batch", "proofread", PATTERN, "--out", "new", "--jobs", "2")
    assert elsewhere.returncode == 0, elsewhere.stderr
    assert found(project.root / "docs") == before
    right = {f"inner/{n:03}.md": RIGHT.format(n, n) for n in range(3)}
    assert found(project.root / "new" / "docs") == right
    done = project.deskmate("batch", "proofread", PATTERN, "--write", "--format", "jsonl")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["status"] for one in told] == ["done"] * 3
    assert "teh → the (spelling)." in told[0]["reason"]
    assert found(project.root / "docs") == right
    again = project.deskmate("batch", "proofread", PATTERN, "--write")
    assert again.stdout.count("unchanged") == 3, again.stdout + again.stderr


def test_results_are_no_files_to_work_on(project: Project) -> None:
    pages(project, 2)
    script(project)
    for _ in range(2):
        done = project.deskmate(
            "batch", "proofread", "**/*.md", "--out", "new", "--format", "jsonl"
        )
        told = [json.loads(line)["item"] for line in done.stdout.splitlines()]
        assert sorted(told) == ["docs/inner/000.md", "docs/inner/001.md"], done.stderr
    assert "2 files in new are results, and left out." in done.stderr
    results = project.deskmate("batch", "proofread", "new/**/*.md", "--out", "new", "--jobs", "1")
    assert "2 items" in results.stderr, results.stderr  # they are asked for by name


def test_one_that_is_write_protected_costs_that_one_only(project: Project) -> None:
    pages(project, 3)
    script(project)
    first, second, third = sorted(project.root.rglob("docs/**/*.md"))
    second.chmod(0o444)
    done = project.deskmate("batch", "proofread", PATTERN, "--write", "--jobs", "1")
    assert "1 failed" in done.stderr and "it is write-protected" in done.stdout, done.stderr
    assert ["teh" in one.read_text() for one in (first, second, third)] == [False, True, False]
    second.chmod(0o644)
    again = project.deskmate("batch", "proofread", PATTERN, "--write", "--resume")
    assert (again.returncode, "teh" in second.read_text()) == (0, False), again.stderr


def test_a_name_of_two_lines_is_told_in_one(project: Project) -> None:
    script(project)
    (project.root / "a\ndone b.md").write_text("This is the page.\n", encoding="utf-8")
    done = project.deskmate("batch", "proofread", "*.md", "--out", "new")
    assert "a\\ndone b.md" in done.stdout, done.stdout + done.stderr


def test_one_that_fails_costs_that_one_only_and_is_tried_again(project: Project) -> None:
    pages(project, 3)
    (project.root / "docs" / "latin.md").write_bytes(b"caf\xe9")
    script(project, '[[reply]]\nwhen = "number 1"\ntext = "no"\n' * 3)
    first = project.deskmate("batch", "shorten", PATTERN, "--write")
    assert first.returncode == 1
    assert "skipped" in first.stdout
    assert "is not UTF-8" in first.stdout
    assert "refused   docs/inner/001.md" in first.stdout
    assert "1 refused" in first.stderr
    stopped = project.deskmate("batch", "shorten", PATTERN, "--write")
    assert (stopped.returncode, "--resume" in stopped.stderr) == (2, True)
    asked = project.log.read_text().count('"asked"')
    last = project.deskmate("batch", "shorten", PATTERN, "--write", "--resume")
    assert last.stdout.count("docs/") == 1, last.stdout
    assert project.log.read_text().count('"asked"') - asked <= 4, "the others are not asked again"


def test_rows_keep_their_order_and_their_other_cells(project: Project) -> None:
    table = project.root / "reviews.csv"
    table.write_text('id;text\n1;"This is teh page; it has the number 1."\n2;\n', encoding="utf-8")
    script(project, '[[reply]]\nwhen = "teh"\ntext = "This is the page; it has the number 1."\n')
    done = project.deskmate("batch", "proofread", "reviews.csv", "--column", "text", "--write")
    assert done.returncode == 0, done.stderr + done.stdout
    assert table.read_text() == 'id;text\n1;"This is the page; it has the number 1."\n2;\n'


def test_what_is_shown_of_rows_is_a_column_of_its_own(project: Project) -> None:
    table = project.root / "reviews.jsonl"
    rows = [{"id": 1, "text": "A very good lamp, it is bright and cheap and I like it."}]
    table.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    script(project, '[[reply]]\nwhen = "lamp"\ntext = "A good lamp."\n')
    done = project.deskmate(
        "batch", "summarize", "reviews.jsonl", "--column", "text", "--out", "new"
    )
    assert done.returncode == 0, done.stderr + done.stdout
    written = (project.root / "new" / "reviews.jsonl").read_text()
    assert json.loads(written) == {**rows[0], "summarize": "A good lamp."}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("proofread", "none/*.md", "--write"), "No file matches none/*.md"),
        (("profread", "shop.py", "--write"), "Did you mean proofread?"),
        (("proofread", "shop.py", "--column", "x", "--write"), "--column is for the rows"),
        (("proofread", "shop.py", "--write", "--dry-run"), "cannot be combined"),
        (("proofread", "t.csv", "--column", "x", "--write"), "no column x; it has a, b"),
        (("proofread", "t.csv", "--column", "a", "--jobs", "-1", "--write"), "--jobs"),
    ],
)
def test_what_cannot_be_run(project: Project, arguments: tuple[str, ...], says: str) -> None:
    (project.root / "t.csv").write_text("a,b\n1,2\n")
    script(project)
    refused = project.deskmate("batch", *arguments)
    assert refused.returncode == 2, refused.stderr
    assert says in refused.stderr


def test_an_engine_that_keeps_failing_ends_it(project: Project) -> None:
    pages(project, 8)
    project.script("Page", error="EngineLost", again=True)
    ended = project.deskmate("batch", "proofread", PATTERN, "--write", "--jobs", "1")
    assert ended.returncode == 3
    assert "--resume continues" in ended.stderr
    shown = project.deskmate("batch", "proofread", PATTERN, "--dry-run")
    assert (shown.returncode, "--resume" in shown.stderr) == (3, False), shown.stderr


def test_500_files_killed_five_times_are_as_if_nothing_had_happened(project: Project) -> None:
    pages(project, 500)
    script(project)
    command = [sys.executable, "-m", "deskmate", "batch", "proofread", PATTERN, "--write"]
    command += ["--jobs", "4", "--resume"]
    chance = random.Random()
    killed = 0
    while killed < 5:
        process = subprocess.Popen(
            command,
            cwd=project.root,
            env=project.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdout
        first = process.stdout.readline()
        time.sleep(chance.uniform(0, 0.3))
        alive = process.poll() is None
        process.kill()
        process.wait()
        process.stdout.close()
        killed += alive
        if not first or not alive:
            break
    assert killed == 5, "it was faster than the test"
    last = project.deskmate(*command[3:])
    assert last.returncode == 0, last.stderr
    assert "500 items: 500 done" in last.stderr
    right = {f"inner/{n:03}.md": RIGHT.format(n, n) for n in range(500)}
    assert found(project.root / "docs") == right, "nothing is left behind, either"
    state = [path for path in project.home.rglob("*.sqlite") if path.parent.name == "batch"]
    assert not state, "the journal is gone"


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
def test_interrupted_it_says_how_to_go_on(project: Project) -> None:
    import signal

    pages(project, 40)
    script(project, '[[reply]]\nwhen = "number 9"\ntext = "x"\ndelay = 60\n')
    process = project.start("batch", "proofread", PATTERN, "--write", "--jobs", "1")
    assert process.stdout
    while "008.md" not in process.stdout.readline():
        pass
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=600)
    assert process.returncode == 130
    assert "Stopped after 9 of 40; --resume" in told


@pytest.mark.parametrize("place", [0, 4096 * 2 + 100])
async def test_a_damaged_journal_is_said_and_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    monkeypatch.setattr(batch_journal, "place", lambda name: tmp_path)
    journal = Journal(("a batch",))
    for number in range(100):
        journal.put(Entry(f"{number}.md", "done", after="text " * 50))
    await journal.flush()
    journal.close()
    whole = journal.path.read_bytes()
    journal.path.write_bytes(whole[:place] + b"\xff" * 500 + whole[place + 500 :])
    with pytest.raises(ActionError, match=r"is damaged\. Your files are whole.*--restart"):
        Journal(("a batch",))
    anew = Journal(("a batch",), anew=True)
    assert len(anew) == 0
    await anew.put(Entry("1.md", "done"))
    anew.close(delete=True)
