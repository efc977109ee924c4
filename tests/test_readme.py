"""README's commands, typed in their order in a copy of the clone by somebody with an empty home."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from command_line import Project
from test_clone import ROOT, files

README = (ROOT / "README.md").read_text(encoding="utf-8")

posix = pytest.mark.skipif(os.name == "nt", reason="make and sh are typed there by few")

FIX = """\
```python
def total(items: list[Item]) -> int:
    \"\"\"What all items cost together, in cents.\"\"\"
    result = 0
    for item in items:
        result += item.price * item.quantity
    return result
```"""

# What is typed, with what it says then. Lines of make but `make install` are dry runs (`-n`): CI
# takes those steps.
TYPED = {
    "make demo": "models install",
    "make test": "tests/offline.py",
    "make install": "Deskmate is installed as {clone}/.venv/bin/deskmate. Next:",
    ".venv/bin/deskmate": "usage: deskmate",
    "make": "make install",
    "deskmate": "usage: deskmate",
    "deskmate run fix-bug examples/shop/basket.py:16": "+        result += item.price",
    'deskmate ask "Why is this slow?" examples/shop/basket.py:15-20': "It goes through all items.",
    'make test 2>&1 | deskmate ask "Why does it fail?"': "The line of make fails.",
    "deskmate commit-message": "Add a note",
    "deskmate models recommend": "This machine has",
    "deskmate doctor": "{home}",
    "make vscode": "carry_server.py",
    ".venv/bin/deskmate setup neovim --write": "{home}/.config/nvim/plugin/deskmate-setup.lua",
    ".venv/bin/deskmate setup helix --write": "{home}/.config/helix/languages.toml",
    "deskmate setup emacs": '("{clone}/.venv/bin/deskmate" "serve")',
    "deskmate setup kate": '"{clone}/.venv/bin/deskmate"',
    "deskmate setup sublime": '"{clone}/.venv/bin/deskmate"',
    "deskmate setup zed": '"{clone}/.venv/bin/deskmate"',
    "make editors": "tests/editors",
    "deskmate stats": "fix-bug",
    "deskmate cache clear": "answers",
    "deskmate ledger": "Nothing has left",
    "make check && make test": "ruff check",
    "make docs": "zensical build",
    "make bench": "bench.py",
    "make quality": "write_quality.py",
}

NOT_TYPED = {
    "uv tool install .": "typed below, where uv is",
    "pipx install .": "typed below, where pipx is",
    "deskmate batch": "a name; docs/data.md has whole lines",
    "deskmate run … --show-reply": "a line with a gap",
    "deskmate eval": "takes minutes",
    "deskmate serve": "what an editor starts, and speaks with",
    "code --install-extension editors/vscode/dist/deskmate.vsix": "`make editors` installs it",
    "deskmate models install": "downloads a model, as the tests of models do",
}


def commands() -> list[str]:
    """What README has somebody type, in its order: lines of shell blocks, and code in its text."""
    words = r"(?:(?:\.venv/bin/)?deskmate|make|uv|pipx|code)"
    blocks = rf"^```sh\n(?P<block>.*?)^```|`(?P<code>{words}(?:\s[^`]*)?)`"
    found: list[str] = []
    for one in re.finditer(blocks, README, re.M | re.S):
        lines = one["block"].splitlines() if one["block"] else [" ".join(one["code"].split())]
        found += (re.sub(r"\s+#.*", "", line).strip() for line in lines)
    each = dict.fromkeys(found)
    return [*each, *(f"deskmate setup {name}" for name in ("kate", "sublime", "zed"))]


def test_every_command_is_typed_or_it_is_said_why_not() -> None:
    known = {*TYPED, *NOT_TYPED}
    shown = [one for one in commands() if not one.startswith("deskmate models install ")]
    assert [one for one in shown if one not in known] == []
    assert [one for one in known if one not in shown] == []


class Newcomer:
    """Somebody with a copy of the clone, an empty home, and a model that says what is needed."""

    def __init__(self, folder: Path) -> None:
        self.clone, self.home = folder / "clone", folder / "home"
        self.home.mkdir()
        for file in files():
            to = self.clone / file.relative_to(ROOT)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, to)
        model = Project(self.clone, folder)
        model.script(
            {"when": "Fix the bug", "text": FIX},
            {"when": "slow", "text": "It goes through all items."},
            {"when": "fail", "text": "The line of make fails."},
            {"when": "", "text": "Add a note"},
        )
        kept = Project(self.clone, self.home, model.variables).environment()
        theirs = {name: text for name, text in kept.items() if not name.startswith("XDG_")}
        self.variables = theirs | {
            "PATH": os.pathsep.join((str(self.clone / ".venv/bin"), os.defpath)),
            "PYTHONPATH": str(ROOT / "tests/guard"),
            "PIP_NO_INDEX": "1",
            "PIP_NO_BUILD_ISOLATION": "0",  # pip reads it as the value of its option: it is off
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*",
        }

    def type(self, line: str, **variables: str) -> str:
        """What is seen when this is typed, which has to end well."""
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=self.clone,
            env={**self.variables, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=300,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}"
        return done.stdout

    def place(self, text: str) -> str:
        """A text with the folders that it is about."""
        return text.format(clone=self.clone, home=self.home)


@posix
@pytest.mark.parametrize("line", ["uv tool install .", "pipx install ."])
def test_deskmate_is_on_the_path_where_these_tools_are(line: str, tmp_path: Path) -> None:
    tool = shutil.which(line.split()[0])
    if tool is None or importlib.util.find_spec("hatchling") is None:
        pytest.skip(f"{line.split()[0]} is not there, or nothing builds packages")
    newcomer = Newcomer(tmp_path)
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for name in list_needed("deskmate", "hatchling", "pip"):
        pack(name, wheels)
    there = {"PIP_FIND_LINKS": str(wheels), "UV_FIND_LINKS": str(wheels), "UV_OFFLINE": "1"}
    bin_folder = newcomer.home / ".local/bin"
    path = os.pathsep.join((str(bin_folder), str(Path(tool).parent), os.defpath))
    newcomer.variables |= there | {"PATH": path, "PIP_NO_BUILD_ISOLATION": "1"}
    newcomer.type(line)
    assert "usage: deskmate" in newcomer.type("deskmate --help")
    assert (bin_folder / "deskmate").exists()
    assert f'"{newcomer.home}' in newcomer.type("deskmate setup emacs")


def list_needed(*names: str) -> set[str]:
    """These packages and all that they need here."""
    needed: set[str] = set()
    ahead = list(names)
    while ahead:
        name = canonicalize_name(ahead.pop())
        if name not in needed:
            needed.add(name)
            wanted = map(Requirement, distribution(name).requires or ())
            ahead += [one.name for one in wanted if not one.marker or one.marker.evaluate()]
    return needed - {"deskmate"}


def pack(name: str, folder: Path) -> None:
    """The wheel of a package that is installed, of its files."""
    found = distribution(name)
    each = re.findall(r"^Tag: (\S+)-(\S+)-(\S+)$", found.read_text("WHEEL") or "", re.M)
    tags = "-".join(".".join(dict.fromkeys(part)) for part in zip(*each, strict=True))
    wheel = folder / f"{name.replace('-', '_')}-{found.version}-{tags}.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for file in found.files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                archive.write(found.locate_file(file), str(file))  # type: ignore[arg-type]


@posix
def test_what_readme_says_works_as_it_is_typed(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="`make check` installs it anew")
    newcomer = Newcomer(tmp_path)
    # Everything that Deskmate needs is there already, as for who installs it again.
    newcomer.type(f"{sys.executable} -m venv --without-pip .venv")
    paths = {"base": str(newcomer.clone / ".venv"), "platbase": str(newcomer.clone / ".venv")}
    there = "\n".join(one for one in sys.path if one.endswith("site-packages"))
    (Path(sysconfig.get_path("purelib", vars=paths)) / "there.pth").write_text(there)
    newcomer.type("git init --quiet && echo A note >> NOTES && git add NOTES")
    for line in commands():
        if line in TYPED:
            dry = line.startswith("make ") and line != "make install"
            seen = newcomer.type(line, MAKEFLAGS="n" if dry else "")
            assert newcomer.place(TYPED[line]) in seen, f"{line}\n{seen}"
    assert shutil.which("deskmate", path=newcomer.variables["PATH"]) == str(
        newcomer.clone / ".venv/bin/deskmate"
    )
    assert str(newcomer.clone) in (newcomer.home / ".config/helix/languages.toml").read_text()
