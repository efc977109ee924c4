"""`deskmate batch` over rows changes its column and not a byte besides."""

from __future__ import annotations

import json

import pytest
from test_batch import pages, script

from command_line import Project

WRONG, RIGHT = "This is teh page; it has the number 1.", "This is the page; it has the number 1."
CORRECTS = f'[[reply]]\nwhen = "teh"\ntext = "{RIGHT}"\nagain = true\n'


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", f'\ufeffid;text;x\r\n01;"{WRONG}";1,50\r\n2;;"q"\r\n'),
        ("cp1252", f"id,text,x\n1,{WRONG},café\n"),
        ("utf-16", f"id\ttext\tx\r\n1\t{WRONG}\té\r\n"),
        ("utf-16-be", f"\ufeffid,text\n1,{WRONG}"),
        ("utf-16-le", f"id,text,,\n1,{WRONG},,\n"),
        ("utf-8", f"sep=|\nid|text| x\n1|{WRONG}| y\n\n2||z\n"),
    ],
)
def test_nothing_but_the_column_changes(project: Project, encoding: str, text: str) -> None:
    table = project.root / "reviews.csv"
    table.write_bytes(text.encode(encoding))
    table.chmod(0o640)
    script(project, CORRECTS)
    done = project.deskmate("batch", "proofread", "reviews.csv", "--column", "text", "--write")
    assert done.returncode == 0, done.stderr + done.stdout
    assert table.read_bytes() == text.replace(WRONG, RIGHT).encode(encoding)
    assert table.stat().st_mode & 0o777 == 0o640


def test_a_row_of_json_lines_without_the_column_stays(project: Project) -> None:
    table = project.root / "reviews.jsonl"
    before = f'{{"id": 1}}\n{{"id": 2, "text": "{WRONG}"}}\n\n{{"text": null}}\n'
    table.write_text(before)
    script(project, CORRECTS)
    done = project.deskmate("batch", "proofread", "reviews.jsonl", "--column", "text", "--write")
    assert done.returncode == 0, done.stderr + done.stdout
    assert table.read_text() == before.replace(WRONG, RIGHT)


def test_a_file_is_worked_on_once_however_it_is_named(project: Project) -> None:
    pages(project, 1)
    script(project)
    names = ("docs/inner/000.md", "./docs/inner/000.md", "docs/../docs/inner/000.md")
    done = project.deskmate("batch", "proofread", *names, "--dry-run")
    assert done.stdout.count("+This is the page") == 1, done.stderr


def test_a_result_that_the_encoding_lacks_is_said(project: Project) -> None:
    table = project.root / "reviews.csv"
    before = f"id,text\n1,{WRONG}\n2,caf\xe9\n".encode("cp1252")
    table.write_bytes(before)
    reply = CORRECTS.replace("the page", "the → page")
    script(project, reply)
    done = project.deskmate("batch", "summarize", "reviews.csv", "--column", "text", "--out", "new")
    assert table.read_bytes() == before
    written = (project.root / "new" / "reviews.csv").read_bytes().decode("cp1252")
    assert written.splitlines()[0] == "id,text,summarize", done.stderr
    assert "Row 1 of reviews.csv is as it was" in done.stderr


def test_files_of_one_name_end_in_their_own_folders(project: Project) -> None:
    elsewhere = project.home / "elsewhere"
    for folder in ("a", "b"):
        (elsewhere / folder).mkdir(parents=True)
        (elsewhere / folder / "x.csv").write_text(f"text\n{WRONG}{folder}\n")
    script(project, CORRECTS)
    both = [str(elsewhere / folder / "x.csv") for folder in ("a", "b")]
    done = project.deskmate("batch", "summarize", *both, "--column", "text", "--out", "new")
    assert done.returncode == 0, done.stderr + done.stdout
    assert (
        (project.root / "new" / "a" / "x.csv").read_text().startswith(f"text,summarize\n{WRONG}a")
    )
    assert (
        (project.root / "new" / "b" / "x.csv").read_text().startswith(f"text,summarize\n{WRONG}b")
    )


def test_what_is_made_of_files_of_one_stem_is_called_after_each(project: Project) -> None:
    for name, value in (("a.csv", "x\n1\n"), ("a.tsv", "x\ty\n1\t2\n"), ("b.csv", "x\n3\n")):
        (project.root / name).write_text(value)
    done = project.deskmate("batch", "convert-JSON", "*.[ct]sv", "--out", "new")
    assert done.returncode == 0, done.stderr + done.stdout
    found = {path.name: json.loads(path.read_text()) for path in (project.root / "new").iterdir()}
    assert found == {
        "a.csv.json": [{"x": 1}],
        "a.tsv.json": [{"x": 1, "y": 2}],
        "b.json": [{"x": 3}],
    }


@pytest.mark.parametrize("jobs", ["1", "8"])
def test_a_dry_run_stops_at_the_third_change(project: Project, jobs: str) -> None:
    pages(project, 12)
    script(project)
    shown = project.deskmate("batch", "proofread", "docs/**/*.md", "--dry-run", "--jobs", jobs)
    assert (shown.returncode, shown.stdout.count("+This is the page")) == (0, 3), shown.stderr
    assert "9 items were not processed" in shown.stderr
    told = project.deskmate("batch", "proofread", "docs/**/*.md", "--dry-run", "--format", "jsonl")
    assert len(told.stdout.splitlines()) == 3
