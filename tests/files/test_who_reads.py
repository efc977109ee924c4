"""That files are read in one way: by the code's own syntax, not by who remembers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVER = Path(__file__).parents[2] / "server" / "deskmate"

READERS = {
    "read_text": None,
    "read_bytes": None,
    "open": None,
    "fdopen": None,
    "open_code": None,
    "mmap": None,
    "copy": "shutil",
    "copy2": "shutil",
    "copyfile": "shutil",
    "copyfileobj": "shutil",
}
"""What reads a file, by its name, and of which module where others have such names, too."""

OURS = {
    "files/guarded.py": "the guarded reader",
    "files/replace.py": "opens what it writes",
    "files/database.py": "makes its own file",
    "checks/inside": "runs in the jail, on a copy of the project",
    "checks/jail.py": "the system's own switches, written",
    "checks/layout.py": "copies a project's regular files, bounded, for the jail",
    "checks/toolchains.py": "the package's own data; a project's by the guarded reader",
    "cloud/consent_store.py": "the user's decisions",
    "cli/convert_file.py": "what it has just written",
    "cli/last_conversation.py": "what was kept of one",
    "cli/main.py": "nothing, in place of a closed output",
    "cli/setup.py": "the user's configuration of an editor",
    "cli/setup_snippets.py": "what the package has for an editor",
    "cli/table_rows.py": "tables that the user names, row by row",
    "cli/workbooks.py": "workbooks that the user names",
    "cli/doctor_engine.py": "a model's file",
    "cli/eval_report.py": "the page that a run is written into",
    "core": "pure: the package's own data",
    "engines/builds": "what was measured, and models",
    "engines/hosts": "models, and the pipes to a host",
    "engines/models": "models",
    "engines/scripted.py": "the script of a test",
    "evaluation": "the package's own tasks and the runs on them",
    "lsp/logs.py": "the log, which is only written",
    "lsp/serve.py": "the pipes to the editor",
    "settings/write.py": "the user's own settings",
    "routing/lexicon.py": "the package's own data",
}
"""Rooms and modules that read what nobody else puts there, and what that is."""


def find_reads(code: str) -> Iterator[int]:
    """The lines in which some code opens or reads a file that is not the package's own data."""
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id == "open":
            yield node.lineno
        if not isinstance(called, ast.Attribute) or called.attr not in READERS:
            continue
        of, module = called.value, READERS[called.attr]
        if module is not None and not (isinstance(of, ast.Name) and of.id == module):
            continue
        if called.attr == "open" and not is_of_a_file(node, of):
            continue
        if not is_packaged(of):
            yield node.lineno


def is_of_a_file(call: ast.Call, of: ast.expr) -> bool:
    """Whether something that is opened is a file: `path.open()`, `path.open("rb")`, `os.open(…)`,
    and no document or session.
    """
    if isinstance(of, ast.Name) and of.id in ("os", "io", "tokenize", "codecs", "gzip"):
        return True
    mode = call.args[0] if call.args else None
    named = any(one.arg in ("mode", "encoding") for one in call.keywords)
    text = isinstance(mode, ast.Constant) and isinstance(mode.value, str)
    return named or text or not (call.args or call.keywords)


def is_packaged(of: ast.expr) -> bool:
    """Whether it is found by `importlib.resources`."""
    calls = [one.func for one in ast.walk(of) if isinstance(one, ast.Call)]
    names = [
        one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in calls
    ]
    return "files" in names


def test_a_file_is_read_by_the_guarded_reader() -> None:
    found = []
    for path in sorted(SERVER.rglob("*.py")):
        name = path.relative_to(SERVER).as_posix()
        if not any(name == one or name.startswith(f"{one}/") for one in OURS):
            found += [f"{name}:{line}" for line in find_reads(path.read_text(encoding="utf-8"))]
    assert not found, "read these by files/guarded.py, or say in OURS whose files they are"


def test_every_exception_is_needed() -> None:
    idle = []
    for name in OURS:
        where = SERVER / name
        files = where.rglob("*.py") if where.is_dir() else [where]
        codes = [path.read_text(encoding="utf-8") for path in files]
        if not any(True for code in codes for _ in find_reads(code)):
            idle.append(name)
    assert not idle


CODE = [
    ("open(path)", True),
    ("path.read_text()", True),
    ("(root / name).read_bytes()", True),
    ("path.open()", True),
    ("path.open('rb')", True),
    ("path.open(encoding='utf-8')", True),
    ("os.open(path, os.O_RDONLY)", True),
    ("shutil.copy(one, other)", True),
    ("documents.open(params)", False),
    ("session.open(document.uri)", False),
    ("store.copy(one)", False),
    ("(resources.files(__package__) / 'x.toml').read_text()", False),
    ("files('deskmate').joinpath('x').read_text()", False),
    ("read_contents(path, root)", False),
]


@pytest.mark.parametrize(("code", "reads"), CODE)
def test_what_counts_as_reading(code: str, reads: bool) -> None:
    assert bool(list(find_reads(code))) is reads
