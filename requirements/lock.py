"""Writes the lock files beside it from `pyproject.toml`: exact versions with their hashes, for
every system and Python that Deskmate runs on. What still fits stays at its version, unless
`--upgrade` is given. `--check` fails where a lock file is not in step; it needs no network.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent

BUILDS = "server/deskmate/engines/builds/"
LOCKS = {
    "requirements/dev.txt": ["dev"],
    "requirements/server.txt": [],
    "requirements/editors.txt": ["editors"],
    "requirements/docs.txt": ["docs"],
    f"{BUILDS}requantizing.txt": ["requantizing"],
}
"""The groups that each file is for. The others keep to the versions of `dev`, since all are
installed into one environment; `server` is what the extension for VS Code installs on a user's,
`requantizing` what pip fetches there while a model is made once more, without what that asks for.
"""

OF_THE_PACKAGE = ("requirements/dev.txt", "requirements/server.txt")
"""The files that have what the package itself needs."""


def main(arguments: list[str]) -> int:
    """Exit code 1 where `--check` found something."""
    if "--check" not in arguments:
        for name, groups in LOCKS.items():
            _compile(name, groups, upgrade="--upgrade" in arguments)
        return 0
    wrong = [problem for name, groups in LOCKS.items() for problem in _problems(name, groups)]
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    return bool(wrong)


def _compile(name: str, groups: list[str], *, upgrade: bool) -> None:
    options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"]
    options += ["--no-header", "--output-file", name]
    options += ["--no-deps"] if name.startswith(BUILDS) else []
    options += ["--upgrade"] if upgrade else []
    options += [word for group in groups for word in ("--group", group)]
    options += ["pyproject.toml"] if name in OF_THE_PACKAGE else []
    options += ["--constraint", "requirements/dev.txt"] if groups != ["dev"] else []
    uv = [sys.executable, "-m", "uv", "pip", "compile"]  # only `make lock` installs it
    subprocess.run([*uv, *options], cwd=ROOT, check=True)


def _problems(name: str, groups: list[str]) -> Iterator[str]:
    wanted: dict[str, Requirement] = {
        canonicalize_name(one.name): one for one in _wanted(name, groups)
    }
    locked = _locked(ROOT / name)
    again = "`make lock` writes it anew."
    for package, requirement in wanted.items():
        versions, direct = locked.get(package, ((), False))
        if not versions or not direct:
            yield f"{name} lacks {requirement}; {again}"
        elif not all(requirement.specifier.contains(one, prereleases=True) for one in versions):
            yield f"{name} has {package} {versions[0]}, not {requirement}; {again}"
    for package, (_, direct) in locked.items():
        if direct and package not in wanted:
            yield f"{name} has {package}, which nothing asks for; {again}"


def _wanted(name: str, groups: list[str]) -> list[Requirement]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    own = project["project"]["dependencies"] if name in OF_THE_PACKAGE else []
    return [
        Requirement(one)
        for one in (*own, *(one for group in groups for one in project["dependency-groups"][group]))
    ]


def _locked(file: Path) -> dict[str, tuple[tuple[str, ...], bool]]:
    """Each package's versions (several where they depend on the Python), and whether we ask for it
    ourselves, as uv says below it.
    """
    found: dict[str, tuple[tuple[str, ...], bool]] = {}
    if not file.exists():
        return found
    for entry in re.split(r"^(?=\w)", file.read_text(encoding="utf-8"), flags=re.M)[1:]:
        named = re.match(r"([\w.-]+)==([^ ;\\\n]+)", entry)
        if named:
            package = canonicalize_name(named[1])
            versions, direct = found.get(package, ((), False))
            direct = direct or "pyproject.toml" in entry
            found[package] = (*versions, named[2]), direct
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
