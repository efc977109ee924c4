"""A real `llama-server`: Debian's, unpacked beside the system and kept outside the clone.

Debian's stable release has none yet, so it comes with the libraries that it needs and is started
through their own loader. Nothing of it is installed.
"""

from __future__ import annotations

import getpass
import shutil
import subprocess
from pathlib import Path

import platformdirs

RELEASE = "forky"
PACKAGE = "llama.cpp-tools"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


class NotHere(Exception):
    """It cannot be had on this machine; the message says why."""


def llama_server() -> Path:
    """A program that is started as llama-server is. Raises NotHere."""
    found = shutil.which("llama-server")
    if found:
        return Path(found)
    folder = platformdirs.user_cache_path("deskmate-tests") / f"llama-server-{RELEASE}"
    program = folder / "llama-server"
    if not program.exists():
        if not (shutil.which("apt-get") and Path(KEYRING).exists()):
            raise NotHere("no llama-server on the PATH, and this is no Debian to fetch one from")
        folder.mkdir(parents=True, exist_ok=True)
        _unpack(folder)
        _write_starter(folder, program)
    return program


def _unpack(folder: Path) -> None:
    """Has apt fetch the package with all that it needs, and unpacks it into `folder/root`."""
    source = f"deb [signed-by={KEYRING}] http://deb.debian.org/debian {RELEASE} main"
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
    for task in (["update"], ["install", "-y", "--download-only", PACKAGE]):
        done = subprocess.run([*apt, *task], capture_output=True, text=True)
        if done.returncode:
            raise NotHere(f"apt-get {task[0]}: {done.stderr.strip().splitlines()[-1:]}")
    for package in (folder / "cache" / "archives").glob("*.deb"):
        subprocess.run(["dpkg", "-x", package, folder / "root"], check=True)


def _write_starter(folder: Path, program: Path) -> None:
    """llama.cpp looks for its parts where it is started, so that is in their folder."""
    [libraries] = (folder / "root" / "usr" / "lib").glob("*-linux-gnu")
    [loader] = libraries.glob("ld-linux-*")
    [parts] = (libraries / "ggml").iterdir()
    paths = f"{libraries}:{libraries / 'llama'}"
    binary = folder / "root" / "usr" / "bin" / "llama-server"
    half = program.with_suffix(".half")
    half.write_text(
        f'#!/bin/sh\ncd "{parts}" && exec "{loader}" --library-path "{paths}" "{binary}" "$@"\n'
    )
    half.chmod(0o755)
    half.replace(program)
