"""Programs of another Debian release than the system's: unpacked into a folder outside the clone,
with the libraries that they need, and started through their own loader. Nothing is installed.
"""

from __future__ import annotations

import getpass
import shutil
import subprocess
from pathlib import Path

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


class NotHere(Exception):
    """It cannot be had on this machine; the message says why."""


def unpack(package: str, release: str, folder: Path) -> Path:
    """The folder that would be `/`, with the package and all that it needs. Raises NotHere."""
    if not (shutil.which("apt-get") and Path(KEYRING).exists()):
        raise NotHere(f"no {package} on the PATH, and this is no Debian to fetch one from")
    source = f"deb [signed-by={KEYRING}] {_mirror()} {release} main"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sources.list").write_text(f"{source}\n")
    (folder / "status").touch()
    for needed in ("lists/partial", "cache/archives/partial"):
        (folder / needed).mkdir(parents=True, exist_ok=True)
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
    for task in (["update"], ["install", "-y", "--download-only", package]):
        done = subprocess.run([*apt, *task], capture_output=True, text=True)
        if done.returncode:
            raise NotHere(f"apt-get {task[0]}: {done.stderr.strip().splitlines()[-1:]}")
    for archive in (folder / "cache" / "archives").glob("*.deb"):
        subprocess.run(["dpkg", "-x", archive, folder / "root"], check=True)
    return folder / "root"


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


def write_starter(program: Path, binary: Path, root: Path, before: str = "", *more: Path) -> None:
    """A program that starts `binary` with the libraries of `root` and the folders in `more`;
    `before` stands before that in the shell's script.
    """
    [libraries] = (root / "usr" / "lib").glob("*-linux-gnu")
    [loader] = libraries.glob("ld-linux-*")
    paths = ":".join(map(str, (libraries, *more)))
    half = program.with_suffix(".half")
    start = f'{before} exec "{loader}" --library-path "{paths}" "{binary}" "$@"'
    half.write_text(f"#!/bin/sh\n{start.strip()}\n")
    half.chmod(0o755)
    half.replace(program)
