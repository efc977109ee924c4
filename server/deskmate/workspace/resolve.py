"""Which files an import means, by how the language names modules (`[modules]` of its
`language.toml`) and by what lies on the disk.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

from deskmate.core.syntax.file_imports import Import
from deskmate.core.syntax.language import Language
from deskmate.core.syntax.module_convention import ModuleConvention
from deskmate.files.disk import asks
from deskmate.files.guarded import find_text


@asks(())
def resolve_import(path: Path, language: Language, imported: Import, top: Path) -> tuple[Path, ...]:
    """The files that an import in the file at `path` means, at most `_MOST`, none outside of
    `top`: where a folder is a module those in it, of a package's members those that are named.
    """
    convention = language.modules
    if convention is None:
        return ()
    for base in _bases(path, imported.module, convention, top):
        if not base.is_relative_to(top):
            continue
        found = dict.fromkeys((*_files(base, convention), *_members(base, imported, convention)))
        if found:
            return tuple(one for one in found if one != path)[:_MOST]
    return ()


@asks(())
def find_given(folder: Path, convention: ModuleConvention, top: Path) -> tuple[Import, ...]:
    """What a file in that folder imports for all sources below it."""
    texts = [
        (find_text(file, top), pattern)
        for name, pattern in convention.given
        for file in _glob(folder / name)
    ]
    return tuple(
        _given(found, convention) for text, pattern in texts for found in re.finditer(pattern, text)
    )


def _given(found: re.Match[str], convention: ModuleConvention) -> Import:
    groups = found.groupdict()
    module = re.sub(convention.before or "(?!)", "", groups.get("module") or found[1])
    alias = groups.get("alias") or ""
    return Import(module, () if alias else (("*", "*"),), alias)


@asks(())
def name_module(
    module: Path, own: Path, convention: ModuleConvention, top: Path
) -> tuple[str, ...]:
    """What a module, a file without its ending or a folder, is called in the file at `own`, where a
    file of the project says where modules lie; nothing where that cannot be told.
    """
    if convention.relative == "crate":
        return _name_in_crate(module, own)
    above = [one for one in own.parents if one.is_relative_to(top)]
    found = dict[str, None]()
    for prefix, folder in _find_prefixes(convention, above, top):
        if module.is_relative_to(folder):
            inside = (prefix, *module.relative_to(folder).parts)
            found[convention.separator.join(inside)] = None
    return tuple(found)


def _name_in_crate(module: Path, own: Path) -> tuple[str, ...]:
    """A module of the same crate that no other may hide: one of the crate's own, or of the folder
    that the file is in.
    """
    root = _find_crate(own)
    if is_beside_library(own) or not module.is_relative_to(root):
        return ()
    parts = module.relative_to(root).parts
    if parts[-1:] in (("mod",), ("lib",), ("main",)):
        parts = parts[:-1]
    if len(parts) > 1 and module.parent not in own.parents:
        return ()
    return ("::".join(("crate", *parts)),)


@asks(False)
def is_beside_library(path: Path) -> bool:
    """Whether a file is a program of Rust's beside a library, whose modules are not its own."""
    return path.name == "main.rs" and path.with_name("lib.rs").is_file()


def _find_crate(path: Path) -> Path:
    """The folder that the modules of a file's crate lie in: each program in `src/bin` is one."""
    above = path.parents
    root = next((one for one in above if (one.parent / "Cargo.toml").is_file()), path.parent)
    programs = root / "bin"
    if programs not in above or (programs / "mod.rs").is_file():
        return root
    return next((one for one in above if one.parent == programs), programs)


def _bases(path: Path, module: str, convention: ModuleConvention, top: Path) -> Iterator[Path]:
    """Where a module may lie, without what `files` adds, the likeliest first."""
    folder = path.parent
    relative = _relative(path, module, convention)
    if relative is not None:
        yield from relative
        return
    parts = [part for part in module.split(convention.separator) if part not in ("", ".", "..")]
    parts = [convention.file_part(part) for part in parts]
    if not parts:
        return
    above = [one for one in (folder, *folder.parents) if one.is_relative_to(top)]
    yield from _prefixed(module, convention, above, top)
    if convention.relative == "crate":  # another of the same workspace
        yield from _prefixed(module, convention, above, top)
        first, *inner = parts
        names = (first, first.replace("_", "-"))
        roots = (
            place / root / name for place in above for root in convention.roots for name in names
        )
        yield from (one for base in roots for one in _outward(base / "src", inner))
        return
    if convention.package:  # what lies in one is named by it, so that `import x` is another's
        above = [one for one in above if not (one / convention.package).is_file()]
    for dropped in range(len(parts) if convention.drops else 1):
        rest = Path(*parts[dropped:])
        for root in convention.roots:
            if root == "{dir}":
                yield folder / rest
        for place in above:
            yield from (place / root / rest for root in convention.roots if root != "{dir}")
    for place in above:
        for root in convention.installed:
            for one in place.glob(root):
                yield from _entries(one.joinpath(*parts), top)


def _relative(path: Path, module: str, convention: ModuleConvention) -> list[Path] | None:
    """Where a module lies that is named from here; None where it is not."""
    folder = path.parent
    if convention.relative == "dots" and module.startswith("."):
        rest = module.lstrip(".")
        for _ in range(len(module) - len(rest) - 1):
            folder = folder.parent
        return [folder.joinpath(*rest.split("."))]
    if convention.relative == "path" and re.match(r"\.{1,2}(/|$)", module):
        return [Path(os.path.normpath(folder / module))]
    if convention.relative == "crate":
        return _in_crate(path, module.replace("./", "self::").split("::"))
    return None


def _in_crate(path: Path, parts: list[str]) -> list[Path] | None:
    """Where a module of Rust's lies, or what holds the last part of its name, a type; None for
    another crate's.
    """
    root = _find_crate(path)
    own = path.parent if path.stem in ("mod", "lib", "main") else path.parent / path.stem
    first, *rest = parts
    if first == "crate":
        start = root
    elif first == "self":
        start = own
    elif first == "super":
        start = own.parent
        while rest[:1] == ["super"]:
            start, rest = start.parent, rest[1:]
    else:
        start, rest = own, parts
        if not any((own / name).exists() for name in (f"{first}.rs", first)):
            return None
    return list(_outward(start, rest))


def _outward(start: Path, parts: list[str]) -> Iterator[Path]:
    """Where a module may stand that is named from `start`: a place of its own, or in that of one
    around it, as the last part may be a type.
    """
    yield from (start.joinpath(*parts[:end]) for end in range(len(parts), -1, -1))


def _prefixed(
    module: str, convention: ModuleConvention, above: list[Path], top: Path
) -> Iterator[Path]:
    """What the files of the project say of such a module's folder."""
    for prefix, folder in _find_prefixes(convention, above, top):
        rest = module.removeprefix(prefix)
        whole = rest != module or not prefix
        if whole and (not rest or not prefix or not (prefix[-1:] + rest[:1]).isalnum()):
            inside = rest.strip(convention.separator).split(convention.separator)
            if convention.relative == "crate":
                yield from _outward(folder, [one for one in inside if one])
            else:
                yield folder.joinpath(*inside)


def _find_prefixes(
    convention: ModuleConvention, above: list[Path], top: Path
) -> Iterator[tuple[str, Path]]:
    """What the names of modules begin with that lie in a folder, as files of the project say."""
    for one in convention.prefixes:
        place = next((folder for folder in above if (folder / one.file).is_file()), None)
        if place is None:
            continue
        text = find_text(place / one.file, top)
        base = re.search(one.base or "(?!)", text)
        below = place / base[1] if base else place
        for found in re.finditer(one.pattern, text):
            groups = found.groupdict()
            prefix = groups["prefix"].replace("\\\\", "\\")
            if convention.relative == "crate":
                prefix = prefix.replace("-", "_")
            folder = groups.get("folder") or one.folder
            yield prefix, Path(os.path.normpath(below / folder))


def _entries(folder: Path, top: Path) -> Iterator[Path]:
    """What an installed package of JavaScript's says it begins with, types first; and the folder
    itself.
    """
    if text := find_text(folder / "package.json", top):
        said = dict(reversed(_ENTRY.findall(text)))
        yield from (folder / said[key] for key in _ENTRIES if key in said)
    yield folder


def _files(base: Path, convention: ModuleConvention) -> list[Path]:
    """The first of `files` that is there, or all that a glob finds."""
    stem = base.with_suffix("") if base.suffix else base
    for pattern in convention.files:
        if "{stem}" in pattern and stem == base:
            continue
        name = pattern.replace("{path}", str(base)).replace("{stem}", str(stem))
        found = _glob(Path(name)) if "*" in pattern else [Path(name)]
        there = [one for one in found if one.is_file()]
        if there:
            return there
    return []


def _members(base: Path, imported: Import, convention: ModuleConvention) -> Iterator[Path]:
    """The files of a module's members that are imported by name, or all of them."""
    for name, _ in imported.names:
        if not _NAME.fullmatch(name):
            continue
        for pattern in convention.members:
            place = Path(pattern.replace("{path}", str(base)).replace("{name}", name))
            if name != "*":
                yield from [place] if place.is_file() else []
            elif place.parent == base and not _files(base, replace(convention, members=())):
                yield from _glob(place)


def _glob(pattern: Path) -> list[Path]:
    """The files of one folder that fit a pattern, without those of tests."""
    try:
        with os.scandir(pattern.parent) as entries:
            names = sorted(one.name for one in entries if fnmatch(one.name, pattern.name))
    except OSError:
        return []
    return [pattern.parent / name for name in names if not _TEST.search(name)][:_MOST]


_MOST = 100
"""Files of one import: more are no module but a heap."""
_NAME = re.compile(r"\*|[\w$.-]+")
_TEST = re.compile(r"_test\.\w+$")
_ENTRIES = ("types", "typings", "module", "main")
_ENTRY = re.compile(r'"(\w+)"\s*:\s*"([^"]+)"')
