"""What holds for every file of the clone."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from deskmate import __version__

ROOT = Path(__file__).parents[1]

# Whoever installs may have a mirror: their own pip, npm and apt know where packages come from. (The
# brackets keep this file from naming what it looks for.)
HOSTS = re.compile(
    r"python[h]osted\.|\b(?:test\.)?py[p]i\.(?:org|python)|registry\.(?:np[m]js|yar[n]pkg)|"
    r"np[m]js\.(?:org|com)|\b(?:deb|security|snapshot|ftp)\.debia[n]\.org|archive\.ubunt[u]|"
    r"crate[s]\.io|proxy\.golan[g]|mave[n]\.(?:org|apache)|rubygem[s]\.org|unpk[g]\.com|jsdelivr[.]net"
)


def files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_the_host_of_a_package_registry() -> None:
    named = {
        f"{file.relative_to(ROOT)}: {found[0]}"
        for file in files()
        for found in HOSTS.finditer(file.read_text(encoding="utf-8", errors="replace"))
    }
    assert named == set()


def test_every_page_of_the_documentation_is_in_its_menu() -> None:
    pages = {str(file.relative_to(ROOT / "docs")) for file in (ROOT / "docs").rglob("*.md")}
    menu = (ROOT / "zensical.toml").read_text(encoding="utf-8")
    assert set(re.findall(r'"([\w/-]+\.md)"', menu)) == pages


def test_the_version_stands_in_one_place() -> None:
    """The others are written from `deskmate.__version__`, or say which versions there have been."""
    written = {"server/deskmate/__init__.py", "editors/vscode/package.json"}
    written |= {"editors/vscode/package-lock.json", "CHANGELOG.md", "editors/vscode/CHANGELOG.md"}
    named = {
        str(file.relative_to(ROOT))
        for file in files()
        if file.suffix in (".py", ".toml", ".json", ".md", ".lua", ".ts", ".yml")
        and "cases" not in file.parts
        and re.search(
            rf"(?<![\w.])v?{re.escape(__version__)}(?![\w.])", file.read_text(encoding="utf-8")
        )
    }
    assert named <= written
    released = re.findall(r"^## \[([^]]+)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert released[0] == "Unreleased"
    assert __version__ in released


def test_files_that_keys_of_caches_are_made_of_are_there() -> None:
    flows = (file.read_text("utf-8") for file in (ROOT / ".github/workflows").glob("*.yml"))
    named = [
        name
        for flow in flows
        for hashed in re.findall(r"hashFiles\((.*?)\)", flow)
        for name in re.findall(r"'([^']+)'", hashed)
    ]
    assert named
    assert [name for name in named if not list(ROOT.glob(name))] == []
