"""What Deskmate knows of a language: one folder of data each, `languages/NAME/`, and no code.

`language.toml` says what it is called and how it is written, in the fields of `Language`; the
`.scm` files are Tree-sitter queries. A language without a folder still works, on lines.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module, resources
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from tree_sitter import Language as Grammar
from tree_sitter import Parser, Query


@dataclass(frozen=True, slots=True)
class DocStyle:
    """How documentation is written: inside the body (a docstring), or before what it documents.

    `open` and `close` are the lines around it ("" for none), `line` begins each line in between.
    `comment` is a regular expression that tells a doc comment from any other by how it begins.
    `instruction` says to a model how it is written, `styles` how in any other style than the usual.
    `public` is a regular expression that is found in the head of what is public; "" where all is
    whose name does not begin with `_`.
    """

    placement: Literal["inside", "before"]
    open: str
    line: str
    close: str
    instruction: str
    comment: str = ""
    styles: Mapping[str, str] = field(default_factory=dict)
    public: str = ""


@dataclass(frozen=True, slots=True)
class TestFramework:
    """One way to write tests. It is used where `marker`, `FILE,FILE:TEXT`, is found in a folder
    from the source's up to the project's (each FILE is a glob, TEXT a regular expression), and in
    a test file that `uses` (a regular expression again) is found in; "" is the default. `header`
    and `opening` begin a new test; `{name}`, `{module}`, `{path}`, `{include}`, `{package}` and
    `{stem}` are filled in. A line with a `{package}` that the source does not have is left out.
    `footer` ends a new test file; its line with `{test}` stands there once for each test.
    """

    __test__ = False

    name: str
    marker: str
    header: str
    opening: str
    uses: str = ""
    footer: str = ""


@dataclass(frozen=True, slots=True)
class TestConvention:
    """Where tests go: `files` are patterns with `{root}`, `{dir}`, `{stem}` and `{suffix}`, of
    which the first whose file, else whose folder exists is used, else the last. `{dir:A:B}` is the
    source's folder with the part A of its path as B (`src/main` as `src/test`), which need not
    exist. `project` is a glob of the file that makes a folder a project of its own: `{project}` is
    what that is called, `{inside}` the source's folder in it.
    """

    __test__ = False

    files: tuple[str, ...]
    frameworks: tuple[TestFramework, ...]
    project: str = ""


@dataclass(frozen=True, slots=True)
class StyleRule:
    """Where a project says something about its style: the entry at `key` in the first of
    `files` that has it. `says` has `{}` for its value, or `values` the words for each.
    """

    about: str
    files: tuple[str, ...]
    key: tuple[str, ...]
    says: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModulePrefix:
    """Where a project says in which folder modules lie: the nearest `file` above a source, and a
    regular expression with the groups `prefix` (what such modules' names begin with) and `folder`
    (from the file's own, which it is where there is no such group).
    """

    file: str
    pattern: str
    folder: str = ""


@dataclass(frozen=True, slots=True)
class ModuleConvention:
    """Which file an import means. `separator` stands between the parts of a module's name;
    `relative` says how one is named from where the import stands: with `dots` (Python), by a
    `path` (`./x`) or from the crate (`crate`, `self`, `super`).

    Any other lies in one of `roots`, folders below the source's own and each above it (`{dir}` is
    the source's alone), or below what `prefixes` say, or in one of `installed`, which are globs of
    folders. With `drops` the first parts of its name may be missing in the path. `files` are
    patterns with the module's `{path}` (`{stem}` is that without its suffix), of which the first
    that is there is meant; `members` are patterns with the `{name}` that is imported, too.

    `visible` says what a file sees without an import: those of its `folder`, of its `package`.
    """

    files: tuple[str, ...]
    members: tuple[str, ...] = ()
    separator: str = "/"
    relative: Literal["dots", "path", "crate", ""] = ""
    roots: tuple[str, ...] = ("",)
    prefixes: tuple[ModulePrefix, ...] = ()
    installed: tuple[str, ...] = ()
    drops: bool = False
    visible: Literal["folder", "package", ""] = ""


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language, as its `language.toml` says.

    `ids` are LSP's language ids, `fence` is its name on a Markdown fence and `aliases` are others
    that models write there; `indent` is its usual unit, and a line that begins with `preprocessor`
    may stand at the left margin whatever is around it. `grammar` is `module:function` ("" for plain
    text, which has none), `queries` the folder of its queries, where it shares another's. Of the
    grammar's node types, `comments` are comments, `docstrings` strings that are documentation (as
    `parent/child`), and `attributes` what stands before a function without being a part of it;
    `asides` are kept as comments are (a pragma, a JSX expression that holds only a comment), and
    `strings` hold text where their names do not say so. With `bare_members` a class's functions are
    reached by their name alone inside it.

    `directives` are regular expressions for comments that tools read, besides those of every
    language. `dedented` is one for a string of several lines whose margin is no part of its value:
    searched for in what stands before it, its first line and what stands behind, with a `‸` at
    either end of the first line.
    """

    name: str
    title: str
    ids: tuple[str, ...]
    grammar: str
    queries: str
    extensions: tuple[str, ...] = ()
    filenames: tuple[str, ...] = ()
    prose: bool = False
    fence: str = ""
    aliases: tuple[str, ...] = ()
    line_comment: str | None = None
    block_comment: tuple[str, str] | None = None
    indent: str = "    "
    preprocessor: str = ""
    comments: tuple[str, ...] = ("comment",)
    docstrings: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
    strings: tuple[str, ...] = ()
    directives: tuple[str, ...] = ()
    dedented: str = ""
    bare_members: bool = False
    doc: DocStyle | None = None
    tests: TestConvention | None = None
    modules: ModuleConvention | None = None
    style: tuple[StyleRule, ...] = ()


def language_for(language_id: str | None, uri: str) -> Language | None:
    """The language that the editor names, or else the one of the file's name."""
    if language_id:
        for language in languages():
            if language_id in language.ids:
                return language
    place = urlsplit(uri)
    name = PurePosixPath(unquote(place.path)).name
    suffix = PurePosixPath(name).suffix.lower()
    if place.scheme == "untitled" and not suffix:
        suffix = ".txt"  # It has no name yet, and an editor that knew its language would say so.
    for language in languages():
        if name in language.filenames or (suffix and suffix in language.extensions):
            return language
    return None


@cache
def languages() -> tuple[Language, ...]:
    """Every language that has a folder, by name."""
    folders = sorted(_FOLDER.iterdir(), key=lambda folder: folder.name)
    return tuple(_load(folder) for folder in folders if (folder / "language.toml").is_file())


@cache
def grammar(language: Language) -> Grammar:
    """Its Tree-sitter grammar, imported when first asked for."""
    module, _, function = language.grammar.partition(":")
    return Grammar(getattr(import_module(module), function)())


@cache
def parser_for(language: Language) -> Parser:
    """Its parser."""
    return Parser(grammar(language))


@cache
def query(language: Language, name: str) -> Query | None:
    """Its query of that name, from `NAME.scm`; None where it has none."""
    file = _FOLDER / language.queries / f"{name}.scm"
    if not file.is_file():
        return None
    return Query(grammar(language), file.read_text(encoding="utf-8"))


@cache
def builtins(language: Language) -> frozenset[str] | None:
    """The functions and types that it has by itself, from `builtins.txt`; None where it does not
    say, or where names come from elsewhere without an import.
    """
    file = _FOLDER / language.queries / "builtins.txt"
    return frozenset(file.read_text(encoding="utf-8").split()) if file.is_file() else None


_FOLDER: Traversable = resources.files("deskmate.core") / "languages"


def _load(folder: Traversable) -> Language:
    given: dict[str, Any] = tomllib.loads((folder / "language.toml").read_text(encoding="utf-8"))
    doc, tests = given.pop("doc", None), given.pop("tests", None)
    modules = given.pop("modules", None)
    style: list[dict[str, Any]] = given.pop("style", [])
    for rule in style:
        rule |= {"files": tuple(rule["files"]), "key": tuple(rule["key"])}
    values = dict.fromkeys(("name", "fence", "queries"), folder.name) | given
    for key, value in given.items():
        if isinstance(value, list):
            values[key] = tuple(value)
    return Language(
        **values,
        doc=DocStyle(**doc) if doc else None,
        tests=_tests(**tests) if tests else None,
        modules=_modules(**modules) if modules else None,
        style=tuple(StyleRule(**rule) for rule in style),
    )


def _tests(files: list[str], frameworks: list[dict[str, str]], project: str = "") -> TestConvention:
    return TestConvention(tuple(files), tuple(TestFramework(**one) for one in frameworks), project)


def _modules(prefixes: list[dict[str, str]] | None = None, **given: Any) -> ModuleConvention:
    values: dict[str, Any] = {
        key: tuple(one) if isinstance(one, list) else one for key, one in given.items()
    }
    return ModuleConvention(**values, prefixes=tuple(ModulePrefix(**one) for one in prefixes or ()))
