"""The tables of a `language.toml` as values: documentation, tests, style, imports, words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class DocStyle:
    """How documentation is written: inside the body (a docstring), or before what it documents.

    `open` and `close` are the lines around it ("" for none), `line` begins each line in between.
    `first` begins the first of them, where it is another. `comment` is a regular expression that
    tells a doc comment from any other by how it begins, `nodes` are node types besides comments
    that may be one (a string before a function, an attribute that holds one).
    `instruction` says to a model how it is written, `styles` how in any other style than the usual;
    `tells` are regular expressions by which a text in each style is known.
    `public` is a regular expression that is found in the head of what is public; "" where all is
    whose name does not begin with `_`. `overrides` is one that is found in the head of what has the
    documentation of what it overrides, `overrides_in` in the head of the class of such a thing.
    """

    placement: Literal["inside", "before"]
    open: str
    line: str
    close: str
    instruction: str
    comment: str = ""
    styles: Mapping[str, str] = field(default_factory=dict)
    tells: Mapping[str, str] = field(default_factory=dict)
    public: str = ""
    overrides: str = ""
    overrides_in: str = ""
    first: str = ""
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TestFramework:
    """One way to write tests. It is used where `marker`, `FILE,FILE:TEXT`, is found in a folder
    from the source's up to the project's (each FILE is a glob, TEXT a regular expression), and in
    a test file that `uses` (a regular expression again) is found in; "" is the default. `header`
    and `opening` begin a new test; `{name}`, `{module}`, `{path}`, `{include}`, `{package}` and
    `{stem}` are filled in. A line with a `{package}` that the source does not have is left out.
    `footer` ends a new test file; its line with `{test}` stands there once for each test. Of those
    of one name the one is taken that is for the `system` of modules that the file has.
    """

    __test__ = False

    name: str
    marker: str
    header: str
    opening: str
    uses: str = ""
    footer: str = ""
    system: str = ""


@dataclass(frozen=True, slots=True)
class ModuleSystem:
    """One of the ways in which a language's files import. A file has it if its name ends so
    (`suffixes`), if the `marker` (`FILE:TEXT`) is in the nearest such file, or if `text` is found
    in it; `rewrites` make imports of another system those of this one. All are regular expressions.
    """

    name: str
    text: str
    suffixes: tuple[str, ...] = ()
    marker: str = ""
    rewrites: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TestShell:
    """What stands around tests that a reply gives without it: those in which `uses`, a regular
    expression, is found go between `opens` and `closes`, below `needs`. `{Name}` is what is tested.
    """

    __test__ = False

    uses: str
    opens: str
    closes: str = ""
    needs: str = ""


@dataclass(frozen=True, slots=True)
class OutsideTests:
    """How tests may be a package of their own, which sees only what the tested one gives. Of such a
    file `clause` is found, a regular expression with that `{package}`; `package` is what it calls
    itself, and `statement` imports the tested one by its `{path}`. `beside` is a glob for the tests
    beside a source, `inside` the file that tests go to instead of what is not `given`: names that
    this regular expression fits. `names` finds what a file of the package defines, `groups` where
    several are defined, and `of_group` each in there.
    """

    clause: str
    package: str
    statement: str
    beside: str
    inside: str
    given: str
    names: str
    groups: str
    of_group: str


@dataclass(frozen=True, slots=True)
class TestConvention:
    """Where tests go: `files` are patterns with `{root}`, `{dir}`, `{stem}` and `{suffix}`, of
    which the first whose file, else whose folder exists is used, else the last. `{dir:A:B}` is the
    source's folder with the part A of its path as B (`src/main` as `src/test`), which need not
    exist. `project` is a glob of the file that makes a folder a project of its own: `{project}` is
    what that is called, `{inside}` the source's folder in it. `assertions` is a regular expression
    for the words that its frameworks assert with, beyond those of any language, and `itself` are
    the names that stand for the test. `marks` is a regular expression that is found in the head of
    a test or of what prepares it, with the decorators and attributes before it, `single` one that
    is found in that of a test alone, or in its title, and `runs` one for the statement of a file
    that runs its tests, so that none may stand below it. `default_export` is one that finds the
    export by which a file gives `{name}` without a name of its own. `helpers` are the names of
    files that prepare something for the tests in their folders and those below: what they define
    and `helper`, a regular expression, is found in the head of. `systems` are those of modules, the
    last the usual one; `shells` what tests may lack around them. A path of a module says its suffix
    where that is one of the `explicit`; the suffixes of a source and of its tests are `alike` where
    one of these has both. `main` is one for the lines that make a file the one that
    runs the tests of all others: only the first file has them.
    """

    __test__ = False

    files: tuple[str, ...]
    frameworks: tuple[TestFramework, ...]
    project: str = ""
    assertions: str = ""
    itself: tuple[str, ...] = ()
    marks: str = ""
    single: str = ""
    runs: str = ""
    default_export: str = ""
    helpers: tuple[str, ...] = ()
    helper: str = ""
    systems: tuple[ModuleSystem, ...] = ()
    shells: tuple[TestShell, ...] = ()
    explicit: tuple[str, ...] = ()
    alike: tuple[tuple[str, ...], ...] = ()
    main: str = ""
    outside: OutsideTests | None = None


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
class ImportStyle:
    """How a file imports. `keywords` are the words of its statements that name nothing, `unnamed`
    is a regular expression for a statement that does not say which names it brings, `several` one
    for a statement that names several things without brackets (groups: what stands before them,
    they, what stands behind), `default` one for a statement that brings a module under a name of
    its own (before that name, the name, behind). `preamble` are the node types that stand before
    the imports, `TYPE:REGEX` where only those that say this do. With `once` no two imports may
    bring the same name; `opening` is what code is read with that does not begin so, `guard` a
    regular expression for what opens a condition that is around all of a file. `inside` is one for
    how that begins in which imports stand, a module, up to where they go, with a group for what
    they stand apart from (its documentation), and `first` one for those that stand before all else.
    `one` is given where no file compiles that imports what it does not use: one for each import of
    a statement, with the groups `name`, what it is called here if it says so, and `path`.
    """

    keywords: frozenset[str] = frozenset()
    unnamed: str = ""
    several: str = ""
    default: str = ""
    preamble: tuple[str, ...] = ()
    once: bool = False
    opening: str = ""
    guard: str = ""
    inside: str = ""
    first: str = ""
    one: str = ""


@dataclass(frozen=True, slots=True)
class Standard:
    """Names that the language's own library (or a package that everybody uses) has, and the
    `statement` that imports one as `{name}`. `names` are those that stand for themselves, `members`
    those that are asked for something (`re` in `re.match`); with what they are asked for
    (`datetime.now`) they count for that alone. Of one with slashes (`encoding/json`) the last part
    is the name; `{path}` is all of it, as it stands here, `{module}` that without what it is asked
    for. `asked` is a regular expression for what stands behind a member, `where` one that is found
    in a file that is given this statement.
    """

    statement: str
    names: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    where: str = ""
    asked: str = ""


@dataclass(frozen=True, slots=True)
class OtherReturn:
    """What a mutant returns in place of a `{value}`: the `text`, where `head`, a regular
    expression, is found in the function's head.
    """

    text: str
    head: str = ""


@dataclass(frozen=True, slots=True)
class MemberRules:
    """What tells that a class has no members but those that are known. All but `containers` and
    `assigned` are regular expressions; "" is found nowhere.

    A class may have any member where `open` is found in its head or `takes_in` in its text, one of
    its members is called like `dynamic`, or its file has what `reflects`. `every` are the names
    that everything has. `containers` are types whose first argument is what one gets by going
    through them, and the last what one gets by an index. `returns` finds the type that a function
    gives in its head (`{name}` is its name), unless `changed` is found there, too; `reads` is for
    the head of one that is read like a field. `none` is what is no type by which to judge.

    With `assigned` another file may set members on an object. `calls` says that what an object is
    called for may be defined outside of its class, `added` that so may what a class itself is asked
    for, where the project has that name elsewhere, and what is called of one with `given` in its
    head, or a constant (a macro that writes functions): nothing is said of these. What `mixed` is
    found in the head of has no objects of its own. A class that may be added to anywhere is known
    as a whole where one of its members is called like `whole`, or its file like itself. `caseless`
    are names in large letters as in small ones. Where a language `opens` modules, what is imported
    with all of one hides no other name.
    """

    open: str = ""
    takes_in: str = ""
    dynamic: str = ""
    reflects: str = ""
    every: str = ""
    containers: tuple[str, ...] = ()
    returns: str = ""
    changed: str = ""
    reads: str = ""
    none: str = ""
    assigned: bool = False
    mixed: str = ""
    whole: str = ""
    added: bool = False
    given: str = ""
    caseless: bool = False
    opens: bool = False
    calls: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Words that mean something: `receivers` stand for the object or class itself, `modifiers` in a
    signature make another function of it, and behind those that `begin` stands what is done, not
    what is promised (C++'s initializers). `constructors` are called by the name of their class.
    """

    receivers: frozenset[str] = frozenset()
    modifiers: frozenset[str] = frozenset()
    begin: frozenset[str] = frozenset()
    constructors: frozenset[str] = frozenset()
