"""Programs of another Debian release than the system's: unpacked into a folder outside the clone,
with the libraries that they need, and started through their own loader. Nothing is installed.
"""

from __future__ import annotations

import getpass
import re
import shutil
import subprocess
from pathlib import Path

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


class NotHere(Exception):
    """It cannot be had on this machine; the message says why."""


def unpack(packages: str, release: str, folder: Path, without: str = r"\Z.") -> Path:
    """The folder that would be `/`, with these packages (words) and all that they need, but for
    those whose whole name matches `without`. Raises NotHere.
    """
    if not (shutil.which("apt-get") and Path(KEYRING).exists()):
        raise NotHere(f"no {packages} on the PATH, and this is no Debian to fetch one from")
    source = f"deb [signed-by={KEYRING}] {_mirror()} {release} main"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sources.list").write_text(f"{source}\n")
    (folder / "status").touch()
    archives = folder / "cache/archives"
    for needed in (folder / "lists/partial", archives / "partial"):
        needed.mkdir(parents=True, exist_ok=True)
    options = {
        "Dir::Etc::sourcelist": folder / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State::lists": folder / "lists",
        "Dir::State::status": folder / "status",
        "Dir::Cache": folder / "cache",
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": getpass.getuser(),
        "Debug::NoLocking": "true",
    }
    apt = ["apt-get", "-qq", *(f"-o{name}={value}" for name, value in options.items())]
    _run([*apt, "update"], folder)
    listed = _run([*apt, "install", "-y", "--print-uris", *packages.split()], folder)
    names = re.findall(r"^'\S+' ([^_\s]+)_", listed, re.M)
    wanted = [one for one in names if not re.fullmatch(without, one)]
    _run([*apt, "download", *wanted], archives)
    for archive in archives.glob("*.deb"):
        subprocess.run(["dpkg", "-x", archive, folder / "root"], check=True)
    for done_with in ("lists", "cache"):
        shutil.rmtree(folder / done_with)
    return folder / "root"


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise NotHere(f"apt-get: {done.stderr.strip().splitlines()[-1:]}")
    return done.stdout


def _mirror() -> str:
    """Where this machine's own apt gets Debian from. Raises NotHere."""
    asked = ["apt-get", "indextargets", "--no-release-info"]
    asked += ["--format", "$(COMPONENT) $(REPO_URI)", "Created-By: Packages"]
    told = subprocess.run(asked, capture_output=True, text=True)
    for line in told.stdout.splitlines():
        component, _, address = line.partition(" ")
        if component == "main" and address.rstrip("/").endswith("/debian"):
            return address
    raise NotHere("the sources of this machine's apt name no mirror of Debian")


def write_starter(
    program: Path, binary: Path, root: Path, before: str = "", *more: Path, options: str = ""
) -> None:
    """A program that starts `binary` with the libraries of `root` and the folders in `more`;
    `before` stands before that in the shell's script, and `options` before what it is given.
    """
    [libraries] = (root / "usr" / "lib").glob("*-linux-gnu")
    [loader] = libraries.glob("ld-linux-*")
    paths = ":".join(map(str, (libraries, *more)))
    half = program.with_suffix(".half")
    start = f'{before} exec "{loader}" --library-path "{paths}" "{binary}" {options} "$@"'
    half.write_text(f"#!/bin/sh\n{start.strip()}\n")
    half.chmod(0o755)
    half.replace(program)
