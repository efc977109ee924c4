"""Which packages Deskmate brings along, under which licence, how large, and why: the page
docs/dependencies.md from docs/dependencies.toml. Run by itself it measures what is installed here,
and writes the figures into the latter; nobody is asked.

    python docs/dependencies.py --index URL NAME…

asks a registry about the packages that are named, and notes since when there are releases of each,
and how many accounts may make one. Those of `[thin]` are to be known.
"""

from __future__ import annotations

import argparse
import re
import tomllib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

import httpx2
import tomlkit
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
FILE = Path(__file__).with_suffix(".toml")
LOCK = ROOT / "requirements" / "dev.txt"


def dependencies_page() -> str:
    """The page. Raises ValueError where a dependency has no reason or no figures, so that
    nobody adds one in passing.
    """
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    wanted = direct()
    reasons = {canonicalize_name(name): why for name, why in data["why"].items()}
    missing = [name for name in wanted if not _why(name, reasons)]
    if missing:
        raise ValueError(f"docs/dependencies.toml says not why there is {', '.join(missing)}.")
    stale = [one for one in wanted if one not in data["measured"]]
    if stale:
        raise ValueError(f"Run `python docs/dependencies.py`: no figures for {', '.join(stale)}.")
    locked = set(re.findall(r"^([\w.-]+)==", LOCK.read_text(encoding="utf-8"), re.MULTILINE))
    loose = [one for one in data["measured"] if one not in locked]
    if loose:
        raise ValueError(f"Not pinned by a hash in requirements/dev.txt: {', '.join(loose)}.")
    unknown = [one for one in data["thin"] if one not in data["kept"]]
    if unknown:
        raise ValueError(f"Run `python docs/dependencies.py --index URL {' '.join(unknown)}`.")
    rows = [_row(name, data["measured"][name], _why(name, reasons)) for name in wanted]
    others = {name: one for name, one in data["measured"].items() if name not in wanted}
    along = [_row(name, one, f"For {', '.join(one['for'])}.") for name, one in others.items()]
    thin = [_thin_row(name, data["kept"][name], around) for name, around in data["thin"].items()]
    total = sum(one["kilobytes"] for one in data["measured"].values()) / 1000
    return PAGE.format(
        count=len(rows),
        others=len(along),
        total=f"{total:,.0f}",
        rows="".join(rows),
        along="".join(along),
        thin="".join(thin),
    )


def direct() -> list[str]:
    """What `pyproject.toml` asks for, extras included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = (one for group in project["optional-dependencies"].values() for one in group)
    asked = (Requirement(one).name for one in (*project["dependencies"], *extras))
    return sorted({canonicalize_name(one) for one in asked})


def measure() -> dict[str, dict[str, Any]]:
    """Version, licence and size of each package that is installed for Deskmate, and for whom."""
    needed_by: dict[str, set[str]] = {one: set() for one in direct()}
    todo = list(needed_by)
    while todo:
        name = todo.pop()
        for other in _needs(name):
            if other not in needed_by:
                todo.append(other)
            needed_by.setdefault(other, set()).add(name)
    return {
        name: {
            "licence": _licence(name),
            "kilobytes": _size(name) // 1000,
            "for": sorted(needed_by[name]),
        }
        for name in sorted(needed_by)
    }


def ask(index: str, name: str) -> dict[str, Any]:
    """Since when a registry has releases of a package, and how many accounts may make one."""
    told = httpx2.get(f"{index.rstrip('/')}/pypi/{name}/json", timeout=30).raise_for_status().json()
    times = [one["upload_time"][:10] for files in told["releases"].values() for one in files]
    roles = (told.get("ownership") or {}).get("roles", [])
    return {"since": min(times), "newest": max(times), "accounts": len({r["user"] for r in roles})}


def _needs(name: str) -> Iterable[str]:
    for text in metadata.requires(name) or ():
        one = Requirement(text)
        if one.marker is None or one.marker.evaluate({"extra": ""}):
            yield canonicalize_name(one.name)


def _licence(name: str) -> str:
    about = metadata.metadata(name)
    said = next((about[key] for key in ("License-Expression", "License") if key in about), "")
    classified = [
        one.rpartition(" :: ")[2]
        for one in about.get_all("Classifier") or ()
        if one.startswith("License ::")
    ]
    if said and len(said) <= 40 and "\n" not in said:
        return str(said)
    return ", ".join(classified) or "its text says"


def _size(name: str) -> int:
    return sum(file.size or 0 for file in metadata.files(name) or ())


def _why(name: str, reasons: dict[Any, str]) -> str:
    grammar = name.removeprefix("tree-sitter-")
    return reasons.get(name, f"The grammar of {grammar}." if grammar != name else "")


def _thin_row(name: str, kept: dict[str, Any], around: str) -> str:
    ages = f"{kept['since']} | {kept['newest']}"
    return f"| {name} | {kept['accounts']} | {ages} | {around} |\n"


def _row(name: str, one: dict[str, Any], why: str) -> str:
    return f"| {name} | {one['licence']} | {one['kilobytes'] / 1000:.1f} | {why} |\n"


PAGE = """\
# What Deskmate is made of

{count} packages that it asks for, and {others} that come along with them: {total} MB where they
were measured (Linux, Python 3.11). Each is pinned by its hash, with everything that tests and CI
install, in `requirements/`; `make check` fails where one has no reason here, or no hash there.
Models are taken by their hash, whatever package or hub they come from.

Size is in MB, unpacked.

| package | licence | size | why |
|---|---|---|---|
{rows}
## What few people keep

| package | accounts that may release it | first release | newest | the way around it |
|---|---|---|---|---|
{thin}
As the registry said when it was asked; only these were.

## What comes along

| package | licence | size | why |
|---|---|---|---|
{along}
<!-- Written by docs/generate.py from docs/dependencies.toml; docs/dependencies.py measures. -->
"""


def main() -> None:
    """Writes the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", help="the address of a registry, which is asked then")
    parser.add_argument("names", nargs="*", help="the packages that it is asked about")
    given = parser.parse_args()
    document: dict[str, Any] = tomlkit.parse(FILE.read_text(encoding="utf-8"))
    if given.index:
        found = {name: ask(given.index, name) for name in given.names}
        document["kept"] = document.get("kept", {}) | found
    else:
        document["measured"] = measure()
    FILE.write_text(tomlkit.dumps(document), encoding="utf-8")


if __name__ == "__main__":
    main()
