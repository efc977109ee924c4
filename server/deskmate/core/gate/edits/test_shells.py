"""What a test file puts around its tests: a class, or a main function that runs them."""

from __future__ import annotations

import re
import textwrap

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import flat, indent_unit, reindent
from deskmate.core.syntax.queries import Scope, imports, problems, scopes
from deskmate.core.target import Target
from deskmate.core.text.text import Edit, Span, line_end


def in_shell(code: str, target: Target) -> str:
    """Tests as they go into the target's file: in a new one inside of the class that its header
    opens, or below what it defines; in one that is there already without the class around them.
    """
    document = target.document
    opened = _class_of(header_of(target))
    inside = any(s.kind == "class" and _contains(s, target) for s in scopes(document))
    if not inside and (wrapped := _in_missing_shell(code, target)):
        return wrapped
    if opened is None and not inside:
        if document.text.strip():
            return _out_of_main(code, target)
        return _below_header(code, target)
    read = _closed(Document(document.uri, None, code, document.language))
    classes = [s for s in scopes(read) if s.kind == "class" and not s.path and s.body]
    new_file = not document.text.strip()
    if new_file and opened and any(s.name == opened.name for s in classes):
        return read.text
    classes = [s for s in classes if "test" in s.name.lower()] or classes
    if len(classes) > 1 or (classes and not _has_functions(read, classes[0])):
        return read.text
    members = _members(read, classes[0], target) if classes else read.text
    if inside or opened is None:
        return members
    return _wrapped(members, target, opened)


def _in_missing_shell(code: str, target: Target) -> str:
    """Tests that are methods, or examples, and lack what such stand in, with that around them; ""
    where they lack nothing.
    """
    language = target.document.language
    shells = language.tests.shells if language and language.tests else ()
    shell = next((one for one in shells if re.search(one.uses, code)), None)
    if shell is None or language is None:
        return ""
    read = Document(target.document.uri, None, code, language)
    brought = imports(read)
    at = brought[-1].end if brought else 0
    there = {scope.name for scope in scopes(target.document)}
    title = name = "".join(part[:1].upper() + part[1:] for part in re.split(r"\W|_", target.name))
    number = 2
    while any(title in one for one in _names(shell.opens.replace("{Name}", title)) & there):
        title, number = f"{name}{number}", number + 1
    opens = shell.opens.replace("{Name}", title).replace("{name}", target.name)
    body = reindent(code[at:].strip("\n"), language.indent, language.indent).lstrip()
    parts = [shell.needs, code[:at].strip("\n")]
    above = "\n".join(part for part in parts if part)
    whole = f"{opens}\n{language.indent}{body}\n{shell.closes}".rstrip("\n")
    return f"{above}\n\n\n{whole}" if above else whole


def _names(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def _out_of_main(code: str, target: Target) -> str:
    """What stands in a function, where the tests go into that of the same name: `main` of Dart."""
    around = [s for s in scopes(target.document) if _contains(s, target) and s.kind == "function"]
    read = Document(target.document.uri, None, code, target.document.language)
    names = {scope.name for scope in around}
    same = next((s for s in scopes(read) if s.name in names and not s.path and s.body), None)
    if same is None or len([s for s in scopes(read) if not s.path]) > 1:
        return code
    return _members(read, same, target)


def _below_header(code: str, target: Target) -> str:
    """With the functions of the header that the code lacks."""
    header = header_of(target)
    read = Document(target.document.uri, None, code, target.document.language)
    there = {scope.name for scope in scopes(read)}
    lacks = [flat(header, s.span) for s in scopes(header) if not s.path and s.name not in there]
    if not lacks:
        return code
    brought = imports(read)
    at = brought[-1].end if brought else 0
    above = "\n\n".join([*([code[:at]] if at else []), *lacks])
    return f"{above}\n\n{code[at:].lstrip()}"


def header_of(target: Target) -> Document:
    """The header of the target's test file by itself, with the class closed that it opens."""
    document = target.document
    return _closed(Document(document.uri, None, target.imports, document.language))


def runner(code: str, target: Target) -> str:
    """The main function that runs the tests in `code`, for a new file; "" where none is needed."""
    read = Document(target.document.uri, None, code, target.document.language)
    names = [s.name for s in scopes(read) if s.kind == "function" and not s.path]
    if not target.footer or "main" in names:
        return ""
    each = next(line for line in target.footer.split("\n") if "{test}" in line)
    tests = [name for name in names if _is_test(name)]
    return target.footer.replace(each, "\n".join(each.replace("{test}", name) for name in tests))


def run_also(code: str, target: Target) -> tuple[Edit, ...]:
    """The edit that has the main function of a test file run the tests in `code` too."""
    document = target.document
    if not target.footer:
        return ()
    each = next(line for line in target.footer.split("\n") if "{test}" in line).strip()
    pattern = re.escape(each).replace(r"\{test\}", r"\w+")
    there = list(re.finditer(rf"^[ \t]*{pattern}[ \t]*(?=\r?$)", document.text, re.MULTILINE))
    read = Document(document.uri, None, code, document.language)
    tests = [s.name for s in scopes(read) if not s.path and _is_test(s.name)]
    if not there or not tests:
        return ()
    last = there[-1]
    margin = last[0][: len(last[0]) - len(last[0].lstrip())]
    lines = (line_end(document.text) + margin + each.replace("{test}", name) for name in tests)
    return (Edit(Span(last.end(), last.end()), "".join(lines)),)


def _is_test(name: str) -> bool:
    return name.startswith("test")


def _contains(scope: Scope, target: Target) -> bool:
    return scope.span.start < target.span.start < scope.span.end


def _class_of(header: Document) -> Scope | None:
    return next((scope for scope in scopes(header) if scope.kind == "class"), None)


def _closed(read: Document) -> Document:
    """The document with the closing braces or `end` that it lacks, where it is whole with them."""
    if not problems(read):
        return read
    for ends in ("\n}", "\n    }\n}", "\nend"):
        whole = Document(read.uri, None, read.text.rstrip() + ends, read.language)
        if not problems(whole):
            return whole
    return read


def _has_functions(read: Document, owner: Scope) -> bool:
    inside = (scope for scope in scopes(read) if owner.span.contains(scope.span))
    return any(scope.kind == "function" for scope in inside)


def _members(read: Document, owner: Scope, target: Target) -> str:
    """The imports of `read`, and what stands in its class that the file has not."""
    assert owner.body is not None
    inner = re.sub(r"\A(?:\{([\s\S]*)\}|do\b([\s\S]*)\bend)\Z", r"\1\2", read.slice(owner.body))
    for span in imports(read):
        if owner.span.contains(span) and read.slice(span) in target.document.text:
            inner = inner.replace(read.slice(span), "", 1)
    lines = [flat(read, span) for span in imports(read) if not owner.span.contains(span)]
    return "\n".join([*lines, textwrap.dedent(inner.strip("\n")).rstrip()])


def _wrapped(members: str, target: Target, opened: Scope) -> str:
    header = target.imports.rstrip()
    read = Document(target.document.uri, None, members, target.document.language)
    brought = imports(read)
    at = brought[-1].end if brought else 0
    unit = indent_unit(read, Span(0, 0)) if read.language is None else read.language.indent
    body = reindent(members[at:].strip("\n"), unit, unit).lstrip()
    closing = "}" if header.endswith("{") else "end"
    return f"{members[:at]}\n\n{header[opened.outer.start :]}\n{unit}{body}\n{closing}".lstrip("\n")
