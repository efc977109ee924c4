"""Writes docs/settings.md, docs/actions.md, the models in docs/models.md and the plugin's help in
Neovim from the program itself; `--check` fails where a page is not what it would write.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from dependencies import dependencies_page
from deskmate.actions.action import Action, When, Where
from deskmate.actions.catalog import load_actions
from deskmate.core.gate.checks import ALWAYS, CHECKS, Check
from deskmate.core.target import Form, Hard, Part, Putting, Result
from deskmate.engines.hosts.tuning import Gpu, Machine
from deskmate.engines.models.catalogue import Use, catalogue
from deskmate.engines.models.recommend import recommend
from deskmate.evaluation.completion import read_record, summarise
from deskmate.evaluation.labelled import Labelled, measure, parts
from deskmate.settings.resolve import Key, keys, variable
from languages import helix_languages, languages_list, languages_page
from reliability_figures import make_tables
from vim_help import vim_help, vim_tags

DOCS = Path(__file__).parent
CASES = DOCS.parent / "tests" / "cases" / "replies"


def main(arguments: list[str]) -> int:
    """Exit code 1 where `--check` found a stale page."""
    help_text = neovim_help()
    pages = {
        "settings.md": settings_page(),
        "actions.md": actions_page(),
        "models.md": models_page(),
        "../editors/neovim/doc/deskmate.txt": help_text,
        "../editors/neovim/doc/tags": vim_tags("deskmate.txt", help_text),
        "privacy.md": privacy_page(),
        "reliability.md": reliability_page(),
        "languages.md": languages_page(),
        "dependencies.md": dependencies_page(),
        "completion.md": _filled("completion.md", COMPLETION, completion_figures()),
        "../README.md": _filled("../README.md", LANGUAGES_OF, languages_list()),
        "../editors/helix/languages.toml": helix_languages(),
    }
    if "--check" not in arguments:
        for name, text in pages.items():
            (DOCS / name).write_text(text, encoding="utf-8", newline="\n")
        return 0
    stale = [name for name, text in pages.items() if _written(DOCS / name) != text]
    for name in stale:
        print(f"docs/{name} is stale; `make fix` writes it anew.", file=sys.stderr)
    return bool(stale)


def _written(page: Path) -> str:
    return page.read_text(encoding="utf-8") if page.exists() else ""


def completion_figures() -> str:
    """What `deskmate eval complete` has found so far."""
    found = summarise(read_record(DOCS / "completion.jsonl"))
    return f"{found or 'Nothing yet.'}\n"


def settings_page() -> str:
    """Every setting with its type, its default and where it may be set."""
    rows: list[str] = []
    section = ""
    for name, key in keys().items():
        if name.partition(".")[0] != section:
            section = name.partition(".")[0]
            rows.append(f"## {section}\n")
        rows += _described(key)
    return SETTINGS + "\n".join(rows)


def _described(key: Key) -> list[str]:
    project = _IN_PROJECTS[key.project]
    return [
        f"### `{key.name}`\n",
        f"{key.help}\n",
        f"{key.expected.capitalize()} · default `{_toml(key.default)}`{project} · "
        f"`{variable(key.name)}`\n",
    ]


_IN_PROJECTS = {
    False: "",
    True: " · also in a project",
    "earlier": " · in a project only an earlier one of these",
    "inside": " · also in a project, for a file of its own",
}


def _toml(value: object) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else value)


def actions_page() -> str:
    """Every built-in action: its title, its id, where it applies and what it does."""
    actions, problems = load_actions()
    if problems:
        raise SystemExit("\n".join(problems))
    examples = read_examples()
    entries = "".join(_entry(action, examples) for action in actions.values())
    checks = "".join(f"- `{name}`: {_first_line(check)}\n" for name, check in CHECKS.items())
    return ACTIONS + entries + CHECKED + checks + FILE


def neovim_help() -> str:
    """`:help deskmate`."""
    return vim_help(_written(DOCS / "editors" / "neovim.txt"), load_actions()[0].values(), keys())


def models_page() -> str:
    """The page as it is, with the models of the catalogue and those for each size of memory."""
    return _filled("models.md", MODELS, f"{_by_memory()}\n{_catalogue()}")


def privacy_page() -> str:
    """The page as it is, with how well hard requests are told from everyday ones."""
    head = "| requests | hard | everyday | precision | recall | false alarms |\n"
    rows = "".join(_figures(*part) for part in parts().items())
    return _filled("privacy.md", FIGURES, f"{head}|---|---|---|---|---|---|\n{rows}")


def reliability_page() -> str:
    """The page as it is, with what the benches measured."""
    page = _written(DOCS / "reliability.md")
    for mark, text in make_tables().items():
        page = _fill(page, mark, text)
    return page


def _figures(name: str, requests: list[Labelled]) -> str:
    found = measure(requests)
    return (
        f"| {PARTS[name]} | {found.hard} | {found.everyday} | {found.precision:.0%} | "
        f"{found.recall:.0%} | {found.alarms} ({found.false_alarms:.1%}) |\n"
    )


def _filled(page: str, mark: str, text: str) -> str:
    """A page with what stands between `mark` and END written anew."""
    return _fill(_written(DOCS / page), mark, text)


def _fill(page: str, mark: str, text: str) -> str:
    before, mark, rest = page.partition(mark)
    return f"{before}{mark}\n\n{text}\n{END}{rest.partition(END)[2]}"


MODELS, END = "<!-- Written by docs/generate.py from models.toml. -->", "<!-- Until here. -->"
COMPLETION = "<!-- Written by docs/generate.py from docs/completion.jsonl. -->"
LANGUAGES_OF = "<!-- Written by docs/generate.py from server/deskmate/core/languages. -->"
FIGURES = "<!-- Written by docs/generate.py from server/deskmate/evaluation/routing. -->"
PARTS = {"tuned": "tuned on", "unseen": "left unseen", "later": "written later"}


def _by_memory() -> str:
    head = "| memory | code | text | a model that thinks | completion |\n|---|---|---|---|---|\n"
    rows = (_row(memory, gpu) for memory, gpu in ((8, 0), (16, 0), (16, 12), (32, 0), (32, 24)))
    return head + "".join(rows)


def _row(memory: int, gpu: int) -> str:
    gpus = (Gpu("GPU", gpu * 10**9),) if gpu else ()
    found = recommend(catalogue(), Machine(8, 0, gpus, memory * 10**9), 10**12)
    by_use = {one.model.use: f"`{one.model.name}`" for one in found}
    uses: tuple[Use, ...] = ("coding", "writing", "reasoning", "completing")
    names = " | ".join(by_use.get(use, "–") for use in uses)
    return f"| {memory} GB{f' and a GPU with {gpu} GB' if gpu else ''} | {names} |\n"


def _catalogue() -> str:
    head = "| name | good at | file | memory | context | licence |\n|---|---|---|---|---|---|\n"
    rows = (
        f"| `{model.name}` | {model.use} | {model.size / 1e9:.1f} GB | {model.memory:g} GB | "
        f"{model.context:,} | {model.licence} |\n"
        for model in catalogue()
    )
    return head + "".join(rows)


@dataclass(frozen=True)
class Example:
    """What an action does to a piece of code, from the cases of the tests."""

    action: str
    language: str
    change: str


def read_examples() -> list[Example]:
    """The cases that say which action they are an example of."""
    found = []
    for file in sorted(CASES.glob("*/examples.md")):
        text = file.read_text(encoding="utf-8")
        language = text.partition("\n")[0].removeprefix("# Examples in ")
        for case in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
            action = re.search(r"^- example: (.*)$", case, re.MULTILINE)
            change = re.search(r"^`{5}diff\n(.*?)\n`{5}$", case, re.MULTILINE | re.DOTALL)
            if action and change:
                shown = change[1].replace("⇥", "\t")
                found.append(Example(action[1], language, shown))
    return found


def _entry(action: Action, examples: list[Example]) -> str:
    lines = [
        f"- **id** `{action.id}`",
        f"- **works on** {_or([PLACES[where] for where in action.scope])}",
        f"- **offered** {_or([CONDITIONS[when] for when in action.when])}",
        f"- **languages** {_or([LANGUAGES.get(name, name) for name in action.languages])}",
        f"- **gives** {RESULTS[action.result]}{TOGETHER * action.together}",
        *([f"- **checks** {_code(action.checks)}"] if action.checks else []),
    ]
    shown = "".join(
        f"\n<details><summary>{one.language}</summary>\n\n```diff\n{one.change}\n```\n\n</details>\n"
        for one in examples
        if one.action == action.id
    )
    return f"\n## {action.title}\n\n{action.summary}\n\n" + "\n".join(lines) + "\n" + shown


def _first_line(check: Check) -> str:
    return (inspect.getdoc(check) or "").partition("\n\n")[0].replace("\n", " ")


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _or(words: list[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


PLACES: dict[Where, str] = {
    "function": "the function around the cursor",
    "class": "the class around it",
    "selection": "the selected lines, or of prose what is selected",
    "list": "the list around it",
    "table": "the table around it",
    "paragraph": "the paragraph, item or cell around it",
    "section": "the section of prose around it",
    "file": "the whole file",
}

CONDITIONS: dict[When, str] = {
    "always": "always",
    "written": "where it is more than a stub",
    "stub": "where it has no body yet",
    "comment": "at a comment that stands alone, for the function that it asks for",
    "undocumented": "where it has no documentation",
    "listed": "where there is a list",
    "selected": "where something is selected, or anywhere in data",
    "data": "where there is data in another format",
    "importing": "where the file imports something",
    "concurrent": "where the code does several things at a time",
    "testable": "where it has a body and the language a convention for tests",
}

LANGUAGES = {
    "any": "any",
    "code": "any but prose",
    "prose": "prose",
}

TOGETHER = ", and of what uses it, in its file and others: of all of them or of none"

RESULTS: dict[Result, str] = {
    "replace": "an edit of exactly that",
    "insert": "new code below it",
    "docstring": "an edit that adds the documentation and nothing else",
    "new-file": "an edit of the test file, which is made where there is none",
    "show": "text to read; no file is changed",
    "prose": "each paragraph rewritten; what is no prose stays as it is",
    "corrections": "one small edit for each correction",
    "translation": "each paragraph and heading in the other language",
    "digest": "text about the whole: shown, or put where `put` says",
    "structure": "an edit of headings, blank lines and fences",
    "front-matter": "keys of the front matter, or shown where there is none",
    "records": "a new file of records",
    "labels": "a new CSV file with a label a line",
    "message": "in place of what stands above git's comments",
    "convert": "a new file, or of what is selected an edit in its place",
    "clean": "one small edit each",
}

ACTIONS = """\
<!-- Written by docs/generate.py from actions/builtin; `make fix` writes it anew. -->

# Actions

What the menu of code actions lists, in its order. Each works on the first of its places that is
there at the cursor, and is offered only where it makes sense; no model is asked for that.
`deskmate run ID FILE:LINE` runs one from the command line.

No edit is applied that has not been checked; see [the checks](#the-checks). The examples are cases
of the tests: what became of a model's reply, however it was written.
"""

CHECKED = f"""
## The checks

What must hold before an edit is applied. These always do: {_code(ALWAYS)}.

"""

FILE = f"""
## The file of an action

An action is a file `ID.md`. Your own lie in the folder `actions` beside your settings file, those
of a project in `.deskmate/actions`, also of the folders around it up to its repository's. One of
yours that is called like a built-in action takes its place. Those of a project are used when you
have said so, once for a project: in VS Code by trusting the workspace, in other editors when they
ask, and by `deskmate consent actions`.
Each shows its file in the menu, as in “Explain (.deskmate/actions/explain.md)”, since it may take
the place of a built-in one, though not of yours. `deskmate consent list` shows what you said.
It begins with front matter between two lines of `---`, with these keys:

| key | what it says |
|---|---|
| `title` | what the menu shows |
| `summary` | what it does, for this page |
| `kind` | the LSP code action kind; a `quickfix` comes first where the editor reports a problem |
| `scope` | what it works on, of which the first that is there counts: {_code(get_args(Where))} |
| `languages` | {_code(LANGUAGES)}, or names of languages |
| `when` | what must hold there, of which one is enough: {_code(get_args(When))} |
| `result` | {_code(get_args(Result))} |
| `form`, `put` | of a `digest`: {_code(get_args(Form))}; {_code(get_args(Putting))} |
| `parts` | of `digest`, `show`: what it has by these names, each {_code(get_args(Part))} |
| `most` | of `digest`: the most sentences or points, asked for again where there are more |
| `fields` | of `front-matter`: the keys, each with its JSON Schema |
| `route` | `local`: its requests stay here; `cloud`: you are asked where there is a cloud model |
| `problem` | title of an entry for one reported problem; `choice` is `problem` there |
| `shortens` | `true` where a rewritten text may leave out facts, which is then said |
| `together` | `true`: what uses the code is changed with it; of the result `replace` |
| `menu` | `first`, or `more`: in a long menu it is behind “More from Deskmate…” |
| `behaviour` | `same`: code must do [what it did](checks.md), unless you ask for something |
| `hard` | how all its requests are hard for a local model: {_code(filter(None, get_args(Hard)))} |
| `choices` | it is listed once for each, which the template knows as `choice` |
| `checks` | of those above |
| `tokens` | room for the answer, on top of twice the length of what is rewritten |

An action of a project may have neither `hard` nor `route: cloud`: both may lead out of the machine.

Below it stands the instruction to the model: a Jinja template that knows `language`, `kind`,
`name`, `place`, `instruction`, `diagnostics` (each with `line` and `message`), `doc_instruction`
and `framework`. It has conditions, loops, `set`, `with`, texts put together by `~`, parts of texts
and lists (`name[:5]`, `diagnostics[0]`) and the filters `capitalize`, `default`, `indent`, `join`,
`length`, `lower`, `replace`, `title`, `trim` and `upper`; it does not calculate, call, include or
define, so that nobody's action can take your time or memory. For example:

```jinja
{{% if kind in ("function", "class") %}}Say what `{{{{ name }}}}` is for.{{% endif %}}
{{% for one in diagnostics %}}
Line {{{{ one.line }}}}: {{{{ one.message | replace("\\n", " ") }}}}
{{% endfor %}}
```

A file has at most 100 actions, a folder 100 files, and all of them together make 300 actions at
most.
"""

SETTINGS = f"""\
<!-- Written by docs/generate.py from settings/schema.py; `make fix` writes it anew. -->

# Settings

A later place wins over an earlier one, key by key:

1. the defaults below
2. your own file `settings.toml` in your configuration folder (`~/.config/deskmate` on Linux,
   `~/Library/Application Support/deskmate` on macOS, `%LOCALAPPDATA%\\deskmate` on Windows)
3. the project's file `.deskmate/settings.toml`, for keys marked “also in a project”: its files
   come with somebody's code, so they may not decide what runs or where code is sent. It may lie in
   the repository's folder, in the one that is open in the editor, and in any below; the nearest to
   the file wins
4. what the editor sends, under `deskmate`
5. environment variables, such as `{variable("local.model")}`

A file looks like this:

```toml
[local]
engine = "openai"
url = "http://127.0.0.1:11434/v1"
model = "qwen2.5-coder:7b"

[actions]
disabled = ["write-tests"]
```

An invalid value is ignored and reported; all other settings apply. `deskmate doctor`
lists what is wrong.
"""

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
