"""What Deskmate knows of a language: one folder of data each, `languages/NAME/`, and no code.

`language.toml` says what it is called and how it is written, in the fields of `Language`; the
`.scm` files are Tree-sitter queries. A language without a folder still works, on lines. Of a folder
only what tells a language is read at first: its tables and queries when they are asked for.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property
from importlib import import_module, resources
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import Any, Literal

from tree_sitter import Language as Grammar
from tree_sitter import Query

from deskmate.core.syntax.language_tables import (
    DocStyle,
    ImportStyle,
    MemberRules,
    ModuleSystem,
    OtherReturn,
    OutsideTests,
    StyleRule,
    TestConvention,
    TestFramework,
    TestShell,
    Words,
)
from deskmate.core.syntax.module_convention import ModuleConvention, ModulePrefix, WayToImport
from deskmate.core.text.uri import name_in


@dataclass(frozen=True, eq=False)
class Language:
    """One language, as its `language.toml` says.

    `ids` are LSP's language ids, `fence` is its name on a Markdown fence and `aliases` are others
    that models write there; `indent` is its usual unit, and a line that begins with `preprocessor`
    may stand at the left margin whatever is around it. `grammar` is `module:function` ("" for plain
    text, which has none), and `strict` that of the language's own parser. `markup` says how its
    prose is read, `delimiter` what is between the cells of its tables; `blocks` are regular
    expressions for blocks of code in a text without a grammar, with the groups `language`, `code`
    and, where it may be made longer, `marks`. What it does not say it has from the language that it
    `inherits`, queries too. `told_by` is an ending of names that is another language's, and a
    regular expression for what a file of this one says.

    Of the grammar's node types, `comments` are comments, `docstrings` strings that are
    documentation (as `parent/child`), and `attributes` what stands before a function without being
    a part of it; `asides` are kept as comments are (a pragma), so are `holders` with nothing but
    comments in them (an expression in JSX), and `strings` hold text where their names do not say
    so. With `bare_members` a class's functions are reached by their name alone inside it; with
    `by_indentation` nothing but that nests its code; with `value_at_end` a function's value is that
    of its last line.

    `directives` are regular expressions for how comments begin that a tool or a lawyer reads,
    besides those of every language, and `about_next` for those of them that are about the line
    below. `dedented` is one for a string of several lines whose margin is no part of its value:
    searched for in what stands before it, its first line and what stands behind, with a `‸` at
    either end of the first line.
    """

    name: str
    title: str
    ids: tuple[str, ...]
    grammar: str
    inherits: str = ""
    extensions: tuple[str, ...] = ()
    filenames: tuple[str, ...] = ()
    told_by: tuple[str, str] | None = None
    prose: bool = False
    delimiter: str = ""
    markup: Markup = ""
    blocks: tuple[str, ...] = ()
    fence: str = ""
    aliases: tuple[str, ...] = ()
    strict: str = ""
    line_comment: str | None = None
    block_comment: tuple[str, str] | None = None
    indent: str = "    "
    preprocessor: str = ""
    comments: tuple[str, ...] = ("comment",)
    docstrings: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    strings: tuple[str, ...] = ()
    directives: tuple[str, ...] = ()
    about_next: tuple[str, ...] = ()
    dedented: str = ""
    bare_members: bool = False
    by_indentation: bool = False
    value_at_end: bool = False

    @cached_property
    def doc(self) -> DocStyle | None:
        """How its documentation is written; None where it has none."""
        given = _all_of(self.name).get("doc")
        return DocStyle(**_tuples(given)) if given else None

    @cached_property
    def tests(self) -> TestConvention | None:
        """Where its tests go; None where it has no convention."""
        given = _all_of(self.name).get("tests")
        if not given:
            return None
        parts: dict[str, Any] = {
            "frameworks": tuple(TestFramework(**one) for one in given["frameworks"]),
            "systems": tuple(ModuleSystem(**_tuples(one)) for one in given.get("systems", ())),
            "shells": tuple(TestShell(**one) for one in given.get("shells", ())),
            "outside": OutsideTests(**given["outside"]) if "outside" in given else None,
        }
        return TestConvention(**_tuples(given) | parts)

    def tested_by(self, suffix: str) -> tuple[str, ...]:
        """The suffixes that a test of a file with this one may have."""
        alike = self.tests.alike if self.tests else ()
        return next((tuple(one) for one in alike if suffix in one), self.extensions)

    @cached_property
    def modules(self) -> ModuleConvention | None:
        """Which file an import means; None where it has no convention."""
        given = _all_of(self.name).get("modules")
        if not given:
            return None
        prefixes = tuple(ModulePrefix(**one) for one in given.get("prefixes", ()))
        ways = tuple(WayToImport(**one) for one in given.get("ways", ()))
        return ModuleConvention(**_tuples(given) | {"prefixes": prefixes, "ways": ways})

    @cached_property
    def style(self) -> tuple[StyleRule, ...]:
        """Where its projects say how they are written."""
        return tuple(StyleRule(**_tuples(rule)) for rule in _all_of(self.name).get("style", ()))

    @cached_property
    def mutants(self) -> tuple[OtherReturn, ...]:
        """What its functions return in mutants, the first that fits."""
        return tuple(OtherReturn(**one) for one in _all_of(self.name).get("mutants", ()))

    @cached_property
    def imports(self) -> ImportStyle:
        """How its files import."""
        given = _tuples(_all_of(self.name).get("imports", {}))
        return ImportStyle(**given | {"keywords": frozenset(given.get("keywords", ()))})

    @cached_property
    def members(self) -> MemberRules:
        """What tells that a class has no members but those that are known."""
        return MemberRules(**_tuples(_all_of(self.name).get("members", {})))

    @cached_property
    def words(self) -> Words:
        """The words that mean something in it."""
        given = _all_of(self.name).get("words", {})
        return Words(**{key: frozenset(one) for key, one in given.items()})


Markup = Literal["", "markdown", "rst", "latex", "asciidoc", "org", "typst"]
"""How prose is read; "" line by line."""


def language_of(language_id: str | None, uri: str, text: str) -> Language | None:
    """The language that the editor names, or else the one of the file's name; another one where
    the text says so: a header of Objective-C is called as one of C.
    """
    suffix = PurePosixPath(name_in(uri)).suffix.lower()
    for language in languages():
        ending, says = language.told_by or ("", "")
        if ending and ending == suffix and re.search(says, text):
            return language
    return language_for(language_id, uri)


def language_for(language_id: str | None, uri: str) -> Language | None:
    """The language that the editor names, or else the one of the file's name."""
    if language_id:
        for language in languages():
            if language_id in language.ids:
                return language
    name = name_in(uri)
    suffix = PurePosixPath(name).suffix.lower()
    if uri.startswith("untitled:") and not suffix:
        suffix = ".txt"  # It has no name yet, and an editor that knew its language would say so.
    for language in languages():
        if name in language.filenames or (suffix and suffix in language.extensions):
            return language
    return None


@cache
def languages() -> tuple[Language, ...]:
    """Every language that has a folder, by name."""
    names = sorted(folder.name for folder in _FOLDER.iterdir() if folder.is_dir())
    return tuple(_load(name) for name in names if (_FOLDER / name / "language.toml").is_file())


@cache
def common() -> Mapping[str, Any]:
    """What holds in every language: `common.toml`."""
    return tomllib.loads((_FOLDER / "common.toml").read_text(encoding="utf-8"))


@cache
def grammar(language: Language) -> Grammar:
    """Its Tree-sitter grammar, imported when first asked for."""
    with warnings.catch_warnings():
        # Some wheels still give the grammar as a number, which works and is deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        return Grammar(_function(language.grammar)())


@cache
def strict_parser(language: Language) -> Callable[[str], tuple[int, str] | None] | None:
    """The language's own parser, imported when first asked for; None where none is at hand. It
    gives the line, from 0, that it stops at, and what it says.
    """
    return _function(language.strict) if language.strict else None


@cache
def query(language: Language, name: str) -> Query | None:
    """Its query of that name, from `NAME.scm`; None where it has none."""
    text = query_text(language.name, name)
    return None if text is None else Query(grammar(language), text)


@cache
def captures_any(language: Language, name: str, capture: str) -> bool:
    """Whether its query of that name captures anything as that."""
    wanted = query(language, name)
    every = range(wanted.capture_count) if wanted else ()
    return any(wanted is not None and wanted.capture_name(at) == capture for at in every)


def query_text(language: str, name: str) -> str | None:
    """The text of a query, with what it inherits; None where neither the language's folder nor that
    of the one that it inherits has such a file.
    """
    text = _text_of(language, f"{name}.scm")
    if text is None:
        return None
    parents = [parent for line in _INHERITS.findall(text) for parent in re.split(r",\s*", line)]
    return "\n".join([*(query_text(parent, name) or "" for parent in parents), text])


_INHERITS = re.compile(r"^; inherits: (.+)$", re.MULTILINE)


@cache
def fingerprint() -> bytes:
    """What tells the queries and tables by which the symbols of files are found from others."""
    names = ("language.toml", "scopes.scm", "definitions.scm", "modules.scm", "references.scm")
    found = hashlib.blake2s(digest_size=8)
    for folder in sorted(_FOLDER.iterdir(), key=lambda one: one.name):
        for file in (folder / name for name in names):
            if file.is_file():
                found.update(file.read_bytes())
    return found.digest()


def language_file(language: Language, file: str) -> str | None:
    """The text of a file of its folder, or of that of the one that it inherits; None for none."""
    return _text_of(language.name, file)


def _text_of(language: str, file: str) -> str | None:
    """A file of a language's folder, or else of that of the one that it inherits."""
    path = _FOLDER / language / file
    if path.is_file():
        return path.read_text(encoding="utf-8")
    parent = _head_of(language).get("inherits")
    return _text_of(parent, file) if parent else None


_FOLDER: Traversable = resources.files("deskmate.core") / "languages"


def _load(name: str) -> Language:
    known = {one.name for one in fields(Language)}
    given = {key: value for key, value in _head_of(name).items() if key in known}
    return Language(**{"name": name, "fence": name} | _tuples(given))


@cache
def _head_of(name: str) -> dict[str, Any]:
    """What stands above the tables: reading all of them would take a start-up several times as
    long.
    """
    text = (_FOLDER / name / "language.toml").read_text(encoding="utf-8")
    own = tomllib.loads(text.partition("\n[")[0])
    parent = _head_of(own["inherits"]) if "inherits" in own else {}
    return {key: value for key, value in parent.items() if key not in _OWN} | own


_OWN = ("title", "ids", "extensions", "filenames", "told_by", "aliases", "fence", "inherits")
"""What no language has from another."""


@cache
def _all_of(name: str) -> dict[str, Any]:
    """All of a `language.toml`, in what another's says."""
    own = tomllib.loads((_FOLDER / name / "language.toml").read_text(encoding="utf-8"))
    return _merged(_all_of(own["inherits"]), own) if "inherits" in own else own


def _merged(less: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Two tables, of which the second counts; tables in them are merged, lists are not."""
    both = {key for key in less.keys() & more.keys() if isinstance(more[key], dict)}
    return less | more | {key: _merged(less[key], more[key]) for key in both}


def _tuples(given: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(one) if isinstance(one, list) else one for key, one in given.items()}


def _function(place: str) -> Any:
    module, _, function = place.partition(":")
    return getattr(import_module(module), function)
