"""Every language's folder holds what it must, and nothing that no code reads."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import deskmate
from deskmate.core.data.formats import Format
from deskmate.core.syntax.document import open_document
from deskmate.core.syntax.language import (
    Language,
    grammar,
    language_for,
    languages,
    query,
    query_text,
)
from deskmate.core.syntax.library import builtins
from deskmate.core.syntax.queries import problems

SERVER = Path(deskmate.__file__).parent
FOLDER = SERVER / "core" / "languages"

every_language = pytest.mark.parametrize("language", languages(), ids=lambda one: str(one.name))


@pytest.mark.parametrize(
    ("language_id", "uri", "name"),
    [
        ("python", "untitled:Untitled-1", "python"),
        ("javascriptreact", "file:///a.txt", "javascript"),
        ("typescriptreact", "file:///a", "tsx"),
        ("typescript", "file:///a.js", "typescript"),
        (None, "file:///home/me/a%20b/Main.PY", "python"),
        ("", "file:///c%3A/a.mjs", "javascript"),
        ("unknown", "file:///a.rs", "rust"),
        (None, "file:///a/SConstruct", "python"),
        (None, "file:///a.md?x#y", "markdown"),
        (None, "file:///py", None),
        (None, "file:///.py", None),
        ("plaintext", "file:///notes.txt", "text"),
        ("plaintext", "file:///main.vala", None),
        ("plaintext", "untitled:Untitled-1", "text"),
        ("plaintext", "untitled:/src/main.rs", "rust"),
    ],
)
def test_language_for(language_id: str | None, uri: str, name: str | None) -> None:
    found = language_for(language_id, uri)
    assert (found and found.name) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("#import <Foundation/Foundation.h>\n", "objectivec"),
        ("@class A, B;\n", "objectivec"),
        ("@interface Till : NSObject\n", "objectivec"),
        ("/**\n  @class Till\n  @brief A till.\n*/\nclass Till {};\n", "cpp"),
        ('#import "msado15.dll" no_namespace\n', "cpp"),
    ],
)
def test_a_header_is_of_another_language_where_it_says_so(text: str, name: str) -> None:
    found = open_document("file:///a.h", text, language_id="cpp").language
    assert (found and found.name) == name


def test_every_folder_is_a_language() -> None:
    folders = {file.name for file in FOLDER.iterdir() if file.is_dir()}
    assert {language.name for language in languages()} == folders


@every_language
def test_what_tells_a_language_stands_above_its_tables(language: Language) -> None:
    whole = tomllib.loads((FOLDER / language.name / "language.toml").read_text(encoding="utf-8"))
    said = {key: value for key, value in whole.items() if key not in TABLES}
    assert all(getattr(language, key) == as_value(value) for key, value in said.items())
    assert set(whole) - set(said) <= TABLES


TABLES = {"doc", "tests", "modules", "style", "imports", "words", "members", "helix", "mutants"}


def as_value(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


@every_language
def test_its_tables_are_read(language: Language) -> None:
    assert all(language.imports.keywords) and all(language.words.receivers)
    assert language.style is not None
    rules = language.members
    patterns = [rules.open, rules.takes_in, rules.dynamic, rules.reflects, rules.every, rules.reads]
    patterns += [rules.returns.replace("{name}", "x"), rules.changed, rules.none]
    for one in (*language.directives, *language.about_next, language.imports.unnamed, *patterns):
        re.compile(one)


def test_a_language_inherits_what_it_does_not_say() -> None:
    known = {language.name: language for language in languages()}
    child, parent = known["tsx"], known["javascript"]
    assert child.line_comment == parent.line_comment and child.words == parent.words
    assert child.aliases == ()
    assert child.doc and parent.doc and child.doc.comment == parent.doc.comment
    assert child.doc.instruction != parent.doc.instruction
    assert builtins(child) == builtins(parent)


def test_a_query_inherits_another() -> None:
    text = query_text("typescript", "scopes") or ""
    assert "function_declaration" in text and "function_signature" in text
    assert query_text("tsx", "scopes") == text
    assert query_text("csv", "scopes") is None


def test_no_two_languages_claim_the_same_name() -> None:
    for claims in (
        [one for language in languages() for one in language.ids],
        [one for language in languages() for one in (*language.extensions, *language.filenames)],
        [one for language in languages() for one in {language.fence, *language.aliases}],
    ):
        assert sorted(claims) == sorted(set(claims))


@every_language
def test_the_grammar_loads_and_reads(language: Language) -> None:
    if not language.grammar:
        assert language.prose or language.name in ("csv", "tsv", "jsonl")
        return
    document = open_document("untitled:1", "\n", language_id=language.ids[0])
    assert document.tree is not None
    assert not problems(document)


@every_language
def test_every_query_fits_the_grammar(language: Language) -> None:
    names = {file.stem for file in FOLDER.glob("*/*.scm")}
    for name in names:
        assert (query(language, name) is None) == (query_text(language.name, name) is None)
    assert query(language, "no-such-query") is None


@every_language
def test_what_can_be_documented_or_tested_is_found_by_a_query(language: Language) -> None:
    if language.doc or language.tests:
        assert query(language, "scopes")
        assert query(language, "stubs")
        assert query(language, "imports")


@every_language
def test_every_node_type_that_is_named_exists(language: Language) -> None:
    for node_type in (*language.comments, *language.attributes):
        assert grammar(language).id_for_node_kind(node_type, True) is not None


@every_language
def test_names_are_written_as_editors_and_models_write_them(language: Language) -> None:
    assert language.ids
    assert all(extension.startswith(".") for extension in language.extensions)
    assert all(word == word.lower() for word in (*language.extensions, *language.aliases))
    assert not language.indent.strip()


@every_language
def test_a_doc_comment_is_recognised_as_one(language: Language) -> None:
    doc = language.doc
    if doc is None or doc.placement == "inside":
        return
    written = (doc.open or doc.first or doc.line).strip()
    assert re.match(doc.comment, written), f"{written} is not told by {doc.comment}"
    assert doc.comment, "every comment would count as documentation"
    plain = language.line_comment
    if plain and plain != doc.line.strip():
        assert not re.match(doc.comment, f"{plain} a note")


@every_language
def test_the_last_test_framework_is_the_default(language: Language) -> None:
    if language.tests is None:
        return
    *others, last = language.tests.frameworks
    assert last.marker == ""
    assert all(":" in one.marker or (one.name == last.name and one.system) for one in others)


def test_no_grammar_is_imported_before_it_is_needed() -> None:
    code = (
        "import sys; from deskmate.core.syntax.language import languages; languages();"
        "print([name for name in sys.modules if name.startswith('tree_sitter_')])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_no_code_knows_a_language() -> None:
    names = {language.name for language in languages()} - set(get_args(Format)) - WORDS
    found = [
        f"{file.relative_to(SERVER).as_posix()}: {one.value!r}"
        for file in sorted(SERVER.rglob("*.py"))
        if file.relative_to(SERVER).as_posix() not in KINDS_OF_MARKUP
        for one in strings(file)
        if one.value in names
    ]
    assert not found, "What is specific to a language belongs into its language.toml."


def test_no_code_asks_for_a_language_by_its_name() -> None:
    found = [
        f"{file.relative_to(SERVER).as_posix()}:{node.lineno}"
        for file in sorted(SERVER.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare) and isinstance(node.comparators[0], ast.Constant)
        if re.search(r"language\.(name|fence)$", ast.unparse(node.left))
    ]
    assert not found


WORDS = {"text"}
"""Names of languages that are words of our own as well."""

KINDS_OF_MARKUP = {
    "core/prose/markup.py",
    "core/prose/paragraphs.py",
    "core/prose/units.py",
    "core/syntax/language.py",
}
"""Where prose is read in each of the ways that `markup` may say."""


def strings(file: Path) -> Iterator[ast.Constant]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node
