"""How a test file begins: the names, modules and paths in a header or an opening."""

from __future__ import annotations

import os
import re
from pathlib import Path

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.file_imports import find_imports
from deskmate.core.syntax.queries import scopes
from deskmate.core.target import Target


def fill(text: str, source: Target, path: Path, place: Path, root: Path) -> str:
    """A header or opening with the names of what is tested."""
    relative = os.path.relpath(path.with_suffix(""), place.parent).replace(os.sep, "/")
    package = find_package(source.document)
    if not package:
        text = re.sub(r"^.*\{package\}.*\n\n?", "", text, flags=re.MULTILINE)
    own, others = find_imported(source)
    relative = relative if relative.startswith(".") else f"./{relative}"
    explicit = source.document.language and source.document.language.tests
    shown = path.suffix if explicit and path.suffix in explicit.explicit else ""
    values = {
        "names": _in_script(own, others, source.document, "require(" in text),
        "name": ", ".join(sorted({own, *others})),
        "own": own,
        "function": "" if _is_type(source) else "function ",
        "module": _module(path, root),
        "path": relative + shown,
        "file": relative + path.suffix,
        "suffix": path.suffix,
        "include": _include(path, place, root),
        "package": package,
        "stem": path.stem,
    }
    for key, value in values.items():
        text = text.replace("{" + key + "}", value)
    return text


def find_imported(source: Target) -> tuple[str, tuple[str, ...]]:
    """What a test imports: the function, or the outermost class that it is a method of, and what
    the file defines of the things that its signature names and that it raises.
    """
    scope, document = source.scope, source.document
    if scope is None:
        return source.name, ()
    own = scope.path[0] if scope.path else scope.name
    named = set(re.findall(r"\w+", document.slice(scope.head)))
    named |= set(re.findall(r"\b(?:raise|throw(?: new)?) +(\w+)", document.slice(scope.span)))
    defined = {other.name for other in scopes(document) if not other.path and other.name}
    return own, tuple(sorted((named & defined) - {own}))


def _is_type(source: Target) -> bool:
    return source.scope is not None and (bool(source.scope.path) or source.scope.kind == "class")


def _in_script(own: str, others: tuple[str, ...], document: Document, required: bool) -> str:
    """The names as JavaScript imports or requires them: in braces but for the default export."""
    convention = document.language.tests if document.language else None
    pattern = convention.default_export.replace("{name}", re.escape(own)) if convention else ""
    found = re.search(pattern, document.text) if pattern else None
    if found is None:
        return f"{{ {', '.join(sorted({own, *others}))} }}"
    if "export" not in found[0].partition("exports")[0]:  # CommonJS: it is all of the module
        return own
    if required:
        return f"{{ {', '.join([f'default: {own}', *others])} }}"
    return f"{own}, {{ {', '.join(others)} }}" if others else own


def _module(path: Path, root: Path) -> str:
    """The dotted name by which Python imports a file, from the folder above its package."""
    parts = [path.stem] if path.stem != "__init__" else []
    folder = path.parent
    while (folder / "__init__.py").exists() and folder != folder.parent:
        parts.insert(0, folder.name)
        folder = folder.parent
    if folder != root and folder.is_relative_to(root) and folder.name not in _SOURCE_FOLDERS:
        parts = [*folder.relative_to(root).parts, *parts]
        parts = parts[1:] if parts[0] in _SOURCE_FOLDERS else parts
        # what is no name, as a folder with a dash in it, is none of the package
        unnamed = [at for at, part in enumerate(parts) if part == "src" or not part.isidentifier()]
        parts = parts[unnamed[-1] + 1 :] if unnamed else parts
    return ".".join(parts)


_SOURCE_FOLDERS = ("src", "lib")


def find_package(document: Document) -> str:
    """The package or namespace that a file says it belongs to; "" where it has none."""
    return find_imports(document)[1]


def _include(path: Path, place: Path, root: Path) -> str:
    """How a C or C++ test includes what it tests: the header of that name, from an `include` folder
    on; where there is none, the source itself.
    """
    headers = [path] if path.suffix.startswith(".h") else []
    for suffix in (".h", ".hpp", ".hh", ".hxx"):
        headers += [file for file in (path.with_suffix(suffix),) if file.exists()]
        headers += sorted((root / "include").rglob(path.stem + suffix))
    if not headers:
        return os.path.relpath(path, place.parent).replace(os.sep, "/")
    found = headers[0]
    folders = [folder for folder in found.parents if folder.name == "include"]
    return found.relative_to(folders[0]).as_posix() if folders else found.name
