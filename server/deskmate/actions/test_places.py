"""Where the tests of a file go: where its neighbours' tests are, else where its language has them.

It looks at the names of the project's files and reads none of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path, PurePosixPath

from deskmate.core.syntax.language_tables import TestConvention
from deskmate.errors import DiskSilent
from deskmate.files.disk import walk
from deskmate.settings.project import is_project_root

TEST_FOLDERS = ("tests", "__tests__", "spec", "specs")
"""Folders of tests alone: `test` may well be where one tries things."""

Parts = tuple[str, ...]
"""A folder, by its names from the project's folder on."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A test file: its folder, what it tests by its name, and the pattern of that name."""

    folder: Parts
    stem: str
    form: str
    name: str


def nearest_project(path: Path, root: Path | None) -> Path:
    """The folder of the project that a file is in: the nearest that looks like one, in `root`."""
    for folder in path.parents:
        if folder == root or is_project_root(folder):
            return folder
    return root or path.parent


def find_place(
    convention: TestConvention, suffixes: Sequence[str], root: Path | None, path: Path
) -> tuple[Path, tuple[Path, ...]]:
    """The test file of a source file, which need not exist, and tests of the project beside which
    it goes, the nearest first. `root` is the folder that the editor has open.
    """
    project = nearest_project(path, root)
    for folder in dict.fromkeys((project, root or project)):
        if not path.is_relative_to(folder):
            continue
        kept, sources = _look_around(convention, suffixes, folder)
        here = path.parent.relative_to(folder).parts
        others = sorted(kept, key=lambda one: (-_shared(one.folder, here), one.folder, one.name))
        beside = tuple(folder.joinpath(*one.folder, one.name) for one in others)
        if place := _learned(kept, sources, here, path):
            return folder / place, beside
        if len({one.folder for one in kept}) == 1 and not _mirrors(convention):
            return folder.joinpath(*kept[0].folder, _name(kept[0].form, path)), beside
        if kept:
            form = Counter(one.form for one in kept).most_common(1)[0][0]
            return _by_language(convention, folder, path, form), beside
    return _by_language(convention, project, path, ""), ()


def _mirrors(convention: TestConvention) -> bool:
    return any("{dir:" in pattern for pattern in convention.files)


def folders_around(path: Path, root: Path) -> list[Path]:
    """The folders that a file is in, from its own up to the project's."""
    if root not in path.parents:
        return [root]
    return [folder for folder in path.parents if folder == root or root in folder.parents]


def _look_around(
    convention: TestConvention, suffixes: Sequence[str], project: Path
) -> tuple[list[_Kept], dict[str, list[Parts]]]:
    """The test files of a project, and the folders of its other sources by their stems."""
    forms = tuple(dict.fromkeys(PurePosixPath(pattern).name for pattern in convention.files))
    endings = {*suffixes, *(PurePosixPath(form).suffix for form in forms if "{suf" not in form)}
    kept: list[_Kept] = []
    sources: dict[str, list[Parts]] = {}
    left = _MOST
    for folder, inner, names in _walk(project):
        inner[:] = sorted(one for one in inner if one not in _NOT_WALKED and one[0] != ".")
        parts = folder.relative_to(project).parts
        for name in sorted(names):
            if PurePosixPath(name).suffix not in endings:
                continue
            if test := _as_test(parts, name, forms):
                kept.append(test)
            else:
                sources.setdefault(PurePosixPath(name).stem, []).append(parts)
        left -= len(names) + len(inner)
        if left < 0:
            break
    return kept, sources


def _walk(project: Path) -> Iterator[tuple[Path, list[str], list[str]]]:
    with suppress(DiskSilent):  # then the others are not looked at
        yield from walk(project)


_MOST = 50_000  # entries of folders that are looked at, which takes a tenth of a second
_NOT_WALKED = frozenset(
    (
        "node_modules",
        "vendor",
        "target",
        "build",
        "dist",
        "out",
        "obj",
        "venv",
        "env",
        "__pycache__",
        "site-packages",
        "third_party",
    )
)


def _as_test(folder: Parts, name: str, forms: Sequence[str]) -> _Kept | None:
    suffix = PurePosixPath(name).suffix
    for form in forms:
        before, _, after = form.replace("{suffix}", suffix).partition("{stem}")
        bare = not before and after == suffix
        if bare and (not folder or folder[-1] not in TEST_FOLDERS):
            continue
        if name.startswith(before) and name.endswith(after) and len(before + after) < len(name):
            return _Kept(folder, name[len(before) : len(name) - len(after)], form, name)
    return None


def _learned(
    kept: list[_Kept], sources: dict[str, list[Parts]], here: Parts, path: Path
) -> Path | None:
    """Where the project's own tests say that those of a file in the folder `here` go."""
    pairs = [(home, one) for one in kept if (home := _home(one, sources)) is not None]
    own = [one for one in kept if one.stem == path.stem]
    mine = [one for one in own if _home(one, sources) in (here, None)]
    place = _voted(pairs, kept, here)
    known = [Path(*one.folder, one.name) for one in own]
    if place:
        wanted = Path(*place[0], _name(place[1], path))
        if wanted in known:
            return wanted
    if mine and len(sources.get(path.stem, [here])) == 1:
        best = max(mine, key=lambda one: _shared(one.folder, here))
        return Path(*best.folder, best.name)
    if own and any(home == here for home, one in pairs if one in own):
        best = next(one for home, one in pairs if one in own and home == here)
        return Path(*best.folder, best.name)
    return wanted if place else None


def _voted(
    pairs: list[tuple[Parts, _Kept]], kept: list[_Kept], here: Parts
) -> tuple[Parts, str] | None:
    """The folder and the form of name that speak for themselves: the tests of the sources beside
    it, a folder of tests that mirrors its own, else how all others are kept.
    """
    beside = Counter((one.folder, one.form) for home, one in pairs if home == here)
    if not beside:
        alike = [(_ending(one.folder, here), one) for one in kept]
        longest = max((shared for shared, _ in alike), default=0)
        beside = Counter(
            (one.folder, one.form)
            for shared, one in alike
            if (shared == longest and longest) or one.folder == here
        )
    if not beside:
        for home, one in pairs:
            if (folder := _transferred(home, one.folder, here)) is not None:
                beside[folder, one.form] += 1 + _shared(home, here)
    return beside.most_common(1)[0][0] if beside else None


def _home(test: _Kept, sources: dict[str, list[Parts]]) -> Parts | None:
    """The folder of what a test file tests; None where that is nowhere, or may be one of two."""
    homes = sources.get(test.stem, [])
    ranked = sorted(homes, key=lambda home: (home != test.folder, -_ending(home, test.folder)))
    if len(ranked) > 1 and ranked[0] != test.folder:
        first, second = (_ending(home, test.folder) for home in ranked[:2])
        if first == second:
            return None
    return ranked[0] if ranked else None


def _transferred(home: Parts, tests: Parts, here: Parts) -> Parts | None:
    """Where the tests of a source in `here` are, as those of one in `home` are in `tests`."""
    if tests[: len(home)] == home and (home or not tests):
        return here + tests[len(home) :]  # beside it, or in a folder in its own
    shared = _ending(home, tests)
    if not shared:
        return tests  # all in one folder
    above, instead = home[: len(home) - shared], tests[: len(tests) - shared]
    return instead + here[len(above) :] if here[: len(above)] == above else None


def _ending(one: Parts, other: Parts) -> int:
    """How many names two folders end in alike."""
    return _beginning(one[::-1], other[::-1])


def _beginning(one: Parts, other: Parts) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _shared(one: Parts, other: Parts) -> int:
    """How many names two folders have in common, at their beginning and their end."""
    return max(_beginning(one, other), _ending(one, other))


def _name(form: str, path: Path) -> str:
    return form.replace("{stem}", path.stem).replace("{suffix}", path.suffix)


def _by_language(convention: TestConvention, root: Path, path: Path, form: str) -> Path:
    """The first pattern whose file exists; else whose folder does, with names of this form if there
    are such; else that mirrors the source's folder; else the last.
    """
    project = _project_file(convention, root, path)
    patterns = [one for one in convention.files if PurePosixPath(one).name == form]
    patterns += [one for one in convention.files if one not in patterns]
    places = dict(_filled(patterns, root, path, project))
    exist = [place for place in places if place.exists()]
    mirrored = [place for place, top in places.items() if top != place.parent and top.is_dir()]
    housed = [p for p, top in places.items() if top.is_dir() or top != p.parent]
    return (exist or mirrored or housed or list(places)[-1:])[0]


def _project_file(convention: TestConvention, root: Path, path: Path) -> Path | None:
    """The file that makes a folder around the source a project of its own."""
    if not convention.project:
        return None
    files = (next(one.glob(convention.project), None) for one in folders_around(path, root))
    return next((file for file in files if file is not None), None)


def _filled(
    patterns: Sequence[str], root: Path, path: Path, project: Path | None
) -> Iterator[tuple[Path, Path]]:
    """The paths that the patterns mean for a source file, and the folder that must be there for
    each. `{dir:A:B}` is its folder with A as B. There is none where it does not lie in an A, or
    where a `{project}` is wanted that is not there.
    """
    for pattern in patterns:
        top = ""
        swapped = re.match(r"\{dir:([^:}]+):([^:}]+)\}", pattern)
        if swapped:
            inside = f"{path.parent.as_posix()}/"
            before, found, after = inside.rpartition(f"/{swapped[1]}/")
            if not found:
                continue
            top = f"{before}/{swapped[2]}"
            pattern = f"{top}/{after}".rstrip("/") + pattern[swapped.end() :]
        if "{project}" in pattern:
            if project is None:
                continue
            pattern = pattern.replace("{project}", project.stem)
            within = path.parent.relative_to(project.parent).as_posix()
            pattern = pattern.replace("{inside}", within)
        place = Path(
            _name(pattern.replace("{root}", str(root)).replace("{dir}", str(path.parent)), path)
        )
        yield place, Path(top) if top else place.parent
