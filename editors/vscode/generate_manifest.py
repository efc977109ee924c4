"""Writes what the extension says of the server from the program itself: its version, settings and
actions in package.json, their words in package.nls.json, and src/catalog.json; `--check` fails
where a file is not what it would write, or where a translation is not one of anything.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from deskmate import __version__
from deskmate.actions.action import Action
from deskmate.actions.catalog import load_actions
from deskmate.core.syntax.language import languages
from deskmate.core.target import Result
from deskmate.settings.resolve import Key, keys

HERE = Path(__file__).parent
TRANSLATED = ("de",)

Json = dict[str, Any]


def main(arguments: list[str]) -> int:
    """Exit code 1 where `--check` found something."""
    written = {
        "package.json": manifest(),
        "package-lock.json": locked(),
        "package.nls.json": words(),
        "src/catalog.json": catalog(),
    }
    if "--check" not in arguments:
        for name, value in written.items():
            (HERE / name).write_text(_text(value), encoding="utf-8", newline="\n")
        return 0
    wrong = [
        f"editors/vscode/{name} is stale; `make fix` writes it anew."
        for name, value in written.items()
        if (HERE / name).read_text(encoding="utf-8") != _text(value)
    ]
    wrong += [problem for language in TRANSLATED for problem in translation_problems(language)]
    wrong += unspoken()
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    return bool(wrong)


def manifest() -> Json:
    """package.json with the server's version and settings, and a command for every action."""
    package = _read("package.json") | {"version": __version__}
    contributes = package["contributes"]
    contributes["configuration"][1:] = sections()
    # What is generated comes first, so that one more of it adds lines and changes none.
    own = [one for one in contributes["commands"] if not one["command"].startswith(ACTION)]
    contributes["commands"] = [_command(one) for one in catalog()] + own
    own = [one for one in contributes["menus"]["commandPalette"] if ACTION not in one["command"]]
    shown = [{"command": ACTION + one, "when": "deskmate.running"} for one in catalog()]
    contributes["menus"]["commandPalette"] = shown + own
    contributes["menus"][SUBMENU] = list(submenu())
    restricted = [f"deskmate.{key.name}" for key in keys().values() if key.project]
    package["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"] = restricted
    return package


def locked() -> Json:
    """package-lock.json with the version, which npm wrote there."""
    lock = _read("package-lock.json") | {"version": __version__}
    lock["packages"][""]["version"] = __version__
    return lock


ACTION, SUBMENU = "deskmate.action.", "deskmate.here"


def sections() -> list[Json]:
    """The server's settings, a section of theirs a section."""
    found: dict[str, Json] = {}
    for key in keys().values():
        name = key.name.partition(".")[0]
        section = found.setdefault(name, {"title": f"%section.{name}%", "properties": {}})
        section["properties"][f"deskmate.{key.name}"] = property_of(key)
    return list(found.values())


def property_of(key: Key) -> Json:
    """One setting as VS Code wants it. Only what a project may set can be set in a workspace."""
    default = list(key.default) if isinstance(key.default, tuple) else key.default
    if isinstance(default, float) and default.is_integer():
        default = int(default)  # as npm writes a number
    return {
        "scope": "window" if key.project is True else "machine",
        **_type(key),
        "default": default,
        "markdownDescription": f"%setting.{key.name}%",
    }


def _type(key: Key) -> Json:
    if get_origin(key.kind) is Literal:
        return {"type": "string", "enum": list(get_args(key.kind))}
    if get_origin(key.kind) is tuple:
        return {"type": "array", "items": {"type": "string"}}
    limits = dict(zip(("minimum", "maximum"), key.within or (), strict=False))
    begins = "|".join(map(re.escape, key.begins))
    return {
        "type": {str: "string", bool: "boolean", int: "integer", float: "number"}[key.kind],
        **limits,
        **({"pattern": f"^($|{begins})"} if begins else {}),
    }


def catalog() -> Json:
    """Every built-in action: its title, and what there is to choose, each with the action's id."""
    found: Json = {}
    for action in load_actions()[0].values():
        if not action.choice:
            found[action.id] = {"title": action.title}
            continue
        title = action.title.removesuffix(f": {action.choice}")
        known = found.setdefault(_stem(action), {"title": title, "choices": {}})
        known["choices"][action.choice] = action.id
    return found


def _stem(action: Action) -> str:
    """The id that an action has without the choice in it."""
    return action.id.removesuffix(f"-{action.choice.replace(' ', '-')}")


def _command(action: str) -> Json:
    title = f"%action.{action}%"
    return {"command": ACTION + action, "category": "Deskmate", "title": title}


def submenu() -> Iterator[Json]:
    """The menu at the cursor: in prose what is for prose, in code what is for code. VS Code calls
    a .txt file `plaintext`.
    """
    ids = {name for one in languages() if one.prose for name in one.ids} | {"plaintext"}
    prose = "|".join(sorted(ids))
    kinds = {"prose": f"editorLangId =~ /^({prose})$/", "code": f"!(editorLangId =~ /^({prose})$/)"}
    actions = {_stem(one) if one.choice else one.id: one for one in load_actions()[0].values()}
    for name, action in actions.items():
        group = _group(action)
        for kind, when in kinds.items():
            if kind in action.languages:
                yield {"command": ACTION + name, "when": when, "group": group}
        for language in languages():
            if language.name in action.languages:
                when = f"editorLangId =~ /^({'|'.join(language.ids)})$/"
                yield {"command": ACTION + name, "when": when, "group": group}
        if "any" in action.languages:
            yield {"command": ACTION + name, "group": group}
    for place, name in enumerate(("instruct", "askQuestion", "actions"), 1):
        yield {"command": f"deskmate.{name}", "group": f"3_more@{place}"}


def _group(action: Action) -> str:
    """What changes the document, then what answers beside it; among their like by their titles."""
    place = get_args(Result).index(action.result) + 1
    return f"{'1_change' if action.edits else '2_answer'}@{place}"


def words() -> Json:
    """package.nls.json: what somebody wrote there, and what the program says of itself."""
    own = {
        key: text
        for key, text in _read("package.nls.json").items()
        if not key.startswith(GENERATED)
    }
    own |= {f"action.{name}": f"{action['title']}" for name, action in catalog().items()}
    titles = {key.partition(".")[0] for key in keys()}
    own |= {f"section.{name}": f"Deskmate: {name.replace('_', ' ')}" for name in sorted(titles)}
    return own | {f"setting.{key.name}": key.help for key in keys().values()}


GENERATED = ("setting.", "action.", "section.")


def translation_problems(language: str) -> Iterator[str]:
    """What a translation has that is in no file, and what it lacks: titles and settings, sentences
    that the extension says, and pages of the walkthrough.
    """
    needed, said = set(words()), set(_spoken())
    for file, known in (
        (f"package.nls.{language}.json", needed),
        (f"l10n/bundle.l10n.{language}.json", said),
    ):
        yield from _differences(f"editors/vscode/{file}", _read(file), known)
    for page in sorted((HERE / "media").glob("*.md")):
        name, _, other = page.stem.partition(".nls.")
        theirs = page.with_name(f"{name}.nls.{language}.md")  # as VS Code looks for it
        if not other and not theirs.exists():
            yield f"editors/vscode/media/{theirs.name} is missing."


def unspoken() -> Iterator[str]:
    """Sentences in the extension's sources that no translation could reach."""
    for file in sorted((HERE / "src").rglob("*.ts")):
        source = file.read_text(encoding="utf-8")
        for text in SHOWN.findall(source):
            yield f"editors/vscode/src/{file.name} says {text} without `l10n.t`."


SHOWN = re.compile(
    r"(?:\bshow\w+Message\(|\bnotify\(\s*\"\w+\",|\bsetStatusBarMessage\(|"
    r"\b(?:title|label|prompt|detail|description|tooltip|place[Hh]older|ariaLabel|textContent)"
    r"\s*[:=])\s*([\"`][^\"`]*\w [^\"`]*[\"`])"
)


def _differences(file: str, there: Json, needed: set[str]) -> Iterator[str]:
    yield from (f"{file} lacks {key!r}." for key in sorted(needed - there.keys()))
    yield from (f"{file} has {key!r}, which is nowhere." for key in there if key not in needed)


def _spoken() -> Iterator[str]:
    """What the extension says while it runs."""
    for file in sorted((HERE / "src").glob("*.ts")):
        source = file.read_text(encoding="utf-8")
        for text in re.findall(r'l10n\.t\(\s*("(?:[^"\\]|\\.)*")', source):
            yield json.loads(text)


def _read(name: str) -> Json:
    value: Json = json.loads((HERE / name).read_text(encoding="utf-8"))
    return value


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
