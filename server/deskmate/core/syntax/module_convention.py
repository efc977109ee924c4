"""The table of a `language.toml` that says how modules are named and imported, as a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class ModulePrefix:
    """Where a project says in which folder modules lie: the nearest `file` above a source, and a
    regular expression with the groups `prefix` (what such modules' names begin with) and `folder`
    (from the file's own, which it is where there is no such group, or from the first group of
    `base`, where that is found).
    """

    file: str
    pattern: str
    folder: str = ""
    base: str = ""


@dataclass(frozen=True, slots=True)
class WayToImport:
    """The `statement` that imports a `{name}` from the `{module}` that defines it, where `where`, a
    regular expression with `{name}`, is found in that; "" is always. One that is `of_modules`
    imports the module itself, which is called `{name}` and stands in `{around}`.
    """

    statement: str
    where: str = ""
    of_modules: bool = False


@dataclass(frozen=True, slots=True)
class ModuleConvention:
    """Which file an import means. `separator` stands between the parts of a module's name;
    `relative` says how one is named from where the import stands: with `dots` (Python), by a
    `path` (`./x`) or from the crate (`crate`, `self`, `super`).

    Any other lies in one of `roots`, folders below the source's own and each above it (`{dir}` is
    the source's alone), or below what `prefixes` say, or in one of `installed`, which are globs of
    folders; a folder with a file called as `package` is no root. With `drops` the first parts of
    its name may be missing in the path. `files` are patterns with the module's `{path}` (`{stem}`
    is that without its suffix), of which the first that is there is meant; `members` are patterns
    with the `{name}` that is imported, too.

    `ways` are those in which a name is imported from where it is defined; `endings` what the path
    to a file with such an ending then ends with, where the other imports of the document do not
    tell: nothing for those that are not there.

    `visible` says what a file sees without an import: those of its `folder`, of its `package`, of
    its `namespace` and those around, of what is included with it (`including`), or of the whole
    `project`, of which it sees definitions of the kinds in `seen`; the file of a class is, as a
    rule, called as `class_file` says (with its `{name}`, or that as `{snake}`). What the files
    called as one of `shared` import, every file below their folders does; so it does what files
    that are no sources say: `given` are pairs of a pattern for their names and a regular expression
    for a module of which everything is imported, or that has an `alias`. What files with a name
    that ends as one of `ambient` declare, and `everywhere`, a regular expression, is found in them,
    every file sees.

    `before` is a regular expression for what stands before a module's path and is no part of it.
    With `cased` a module's file is called by its name in small letters: `snake`, or the `first`
    one alone. With `implied` a module is named without an import; `inner` is the kind of node that
    is a module within a file. A type whose head begins as `whole`, a regular expression, is all of
    its file. Files with an ending of `declares` say how what another defines is used (`shop.h`).

    A file in which `closed`, a regular expression, is found sees no class but those that it
    imports, those of its package and what its classes inherit, and those that no source has:
    `generated` is a regular expression for the names of such as programs write, with the name of
    the class that they are written `of`, where that has to have an annotation; a program may also
    have written a file with an ending of `made` that is called as the class, or write one from a
    file with an ending of `schemas` that says its name.

    `sets` is a regular expression, with `{name}`, for what gives a name to all of the project;
    `told` are pairs of a pattern for files of its tools and such a regular expression for what
    tells them that there is one.
    """

    files: tuple[str, ...]
    members: tuple[str, ...] = ()
    separator: str = "/"
    relative: Literal["dots", "path", "crate", ""] = ""
    roots: tuple[str, ...] = ("",)
    package: str = ""
    prefixes: tuple[ModulePrefix, ...] = ()
    installed: tuple[str, ...] = ()
    drops: bool = False
    shared: tuple[str, ...] = ()
    given: tuple[tuple[str, str], ...] = ()
    ways: tuple[WayToImport, ...] = ()
    endings: Mapping[str, str] = field(default_factory=dict)
    visible: Literal["folder", "package", "namespace", "including", "project", ""] = ""
    seen: tuple[str, ...] = ("class",)
    class_file: str = ""
    ambient: tuple[str, ...] = ()
    everywhere: str = ""
    before: str = ""
    cased: Literal["snake", "first", ""] = ""
    declares: tuple[str, ...] = ()
    implied: bool = False
    inner: str = ""
    whole: str = ""
    closed: str = ""
    generated: str = ""
    made: tuple[str, ...] = ()
    schemas: tuple[str, ...] = ()
    sets: str = ""
    told: tuple[tuple[str, str], ...] = ()

    def named_after(self, name: str) -> str:
        """What the file of a class of that name is called, as a rule; "" where there is none."""
        return self.class_file.replace("{name}", name).replace("{snake}", _snake(name))

    def file_part(self, part: str) -> str:
        """What a part of a module's name is called on the disk."""
        if self.cased == "first":
            return part[:1].lower() + part[1:]
        return _snake(part) if self.cased else part


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
