"""Settings: which place wins, what a bad key costs, and what each problem says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deskmate.settings.resolve import Layer, keys, resolve, variable
from deskmate.settings.schema import Settings
from deskmate.settings.sections.log import LogSettings
from deskmate.settings.sources import (
    editor_layer,
    environment_layer,
    load_settings,
    project_layer,
    user_file,
    user_layer,
)

Write = Callable[[str | bytes], Path]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, and no variables of whoever runs the tests."""
    for key in keys():
        monkeypatch.delenv(variable(key), raising=False)
    for name in ("HOME", "XDG_CONFIG_HOME", "USERPROFILE", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def user(home: Path) -> Write:
    """Writes the user's file."""
    return lambda content: _write(user_file(), content)


@pytest.fixture
def project(tmp_path: Path) -> Write:
    """Writes the project's file; gives the project's folder."""
    root = tmp_path / "project"

    def write(content: str | bytes) -> Path:
        _write(root / ".deskmate" / "settings.toml", content)
        return root

    return write


def _write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_with_nothing_set_the_defaults_hold() -> None:
    assert load_settings() == (Settings(), ())


# The user's file, the project's, the editor's settings, the environment; what holds in the end.
PRECEDENCE: dict[str, tuple[str, str, Any, dict[str, str], tuple[str, ...]]] = {
    "user alone": ('disabled = ["user"]', "", None, {}, ("user",)),
    "project over user": ('disabled = ["user"]', 'disabled = ["project"]', None, {}, ("project",)),
    "editor over project": (
        'disabled = ["user"]',
        'disabled = ["project"]',
        {"actions": {"disabled": ["editor"]}},
        {},
        ("editor",),
    ),
    "environment over all": (
        'disabled = ["user"]',
        'disabled = ["project"]',
        {"actions": {"disabled": ["editor"]}},
        {"DESKMATE_ACTIONS__DISABLED": "explain, refactor"},
        ("explain", "refactor"),
    ),
    "an empty list is a value": ('disabled = ["user"]', "disabled = []", None, {}, ()),
    "a bad value leaves the one below": (
        'disabled = ["user"]',
        "disabled = [3]",
        {"actions": {"disabled": "editor"}},
        {},
        ("user",),
    ),
}


@pytest.mark.parametrize("case", PRECEDENCE)
def test_the_later_place_wins(
    case: str, user: Write, project: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_user, in_project, in_editor, environment, expected = PRECEDENCE[case]
    user(f"[actions]\n{in_user}")
    root = project(f"[actions]\n{in_project}")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    settings, _ = load_settings([root], (in_editor,))

    assert settings.actions.disabled == expected


def test_places_are_laid_over_each_other_key_by_key() -> None:
    settings, problems = resolve(
        Layer("user", "user", {"local.model": "qwen", "local.threads": 3}),
        Layer("editor", "editor", {"local.threads": 1}),
    )

    assert (settings.local.model, settings.local.threads) == ("qwen", 1)
    assert problems == ()


EDITOR: dict[str, Any] = {
    "sections": {"local": {"model": "qwen"}},
    "under deskmate": {"deskmate": {"local": {"model": "qwen"}}},
    "dotted": {"local.model": "qwen"},
    "dotted under deskmate": {"deskmate": {"local.model": "qwen"}},
    "all dotted": {"deskmate.local.model": "qwen"},
    "among other programs'": {"deskmate": {"local": {"model": "qwen"}}, "python": {"path": "x"}},
    "with keys that are not set": {"local": {"model": "qwen", "threads": None}, "log": None},
}


@pytest.mark.parametrize("values", EDITOR.values(), ids=EDITOR)
def test_an_editor_may_send_settings_in_any_of_the_usual_ways(values: object) -> None:
    settings, problems = resolve(editor_layer(values))

    assert settings.local.model == "qwen"
    assert problems == ()


@pytest.mark.parametrize("values", [None, {}, {"deskmate": {}}, {"deskmate": None}])
def test_an_editor_may_send_nothing(values: object) -> None:
    assert resolve(editor_layer(values)) == (Settings(), ())


def test_of_what_an_editor_sends_twice_the_later_holds() -> None:
    settings, _ = load_settings((), ({"local": {"threads": 2}}, {"local": {"threads": 1}}))

    assert settings.local.threads == 1


# A variable's value, and what its key becomes of it.
VARIABLES = [
    ("local.engine", "openai", "openai"),
    ("local.model", "/models/qwen.gguf", "/models/qwen.gguf"),
    ("local.url", "http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
    ("local.api_key", "k-1", "k-1"),
    ("local.threads", "2", 2),
    ("local.timeout", "2.5", 2.5),
    ("local.timeout", "30", 30.0),
    ("local.preload", "no", False),
    ("local.preload", "TRUE", True),
    ("log.level", "DEBUG", "debug"),
    ("actions.disabled", "explain", ("explain",)),
    ("local.threads", "", 0),
]


@pytest.mark.parametrize(("name", "text", "expected"), VARIABLES)
def test_a_variable_is_read_as_what_its_key_is(
    name: str, text: str, expected: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable(name), text)

    settings, problems = resolve(environment_layer())

    section, key = name.split(".")
    assert getattr(getattr(settings, section), key) == expected
    assert problems == ()


# Where it stands, the key and its value, and what the user is told.
BAD = [
    ("user", "local.modle", "x", "`local.modle` is not a setting. Did you mean `local.model`?"),
    (
        "user",
        "zzz.qqq",
        1,
        "`zzz.qqq` is not a setting. The sections are local, ",
    ),
    (
        "user",
        "local",
        1,
        "`local` is not a setting. It is a section; its keys are engine, model, repack, program",
    ),
    ("user", "local.model", 5, "`local.model` must be a string, not `5`."),
    ("user", "local.threads", "2", "`local.threads` must be a whole number from 0 to 1,024"),
    ("user", "local.threads", True, "not `true`."),
    ("user", "local.threads", -1, "not `-1`."),
    ("user", "local.timeout", float("nan"), "`local.timeout` must be a number from 0.1 to 86,400"),
    ("user", "local.preload", 1, "`local.preload` must be true or false, not `1`."),
    (
        "user",
        "local.engine",
        "ollama",
        "`local.engine` must be one of `auto`, `llama_cpp`, `llama_server`, `ctransformers`, "
        '`openai`, `scripted`, not `"ollama"`.',
    ),
    ("user", "local.url", "localhost:1", "that begins with `http://` or `https://`"),
    (
        "user",
        "checks.test_command",
        'pytest -k "a',
        "`checks.test_command` must be a string with a program first and its quotes closed, not",
    ),
    ("user", "checks.test_command", "'' -q", "with a program first"),
    ("user", "actions.disabled", ["a", 1], 'must be a list of strings, not `["a", 1]`.'),
    ("user", "actions.disabled", ["x" * 99, 1], "…`."),
    ("user", "log.file", "a\0b", "must be a string, not"),
    ("user", "actions.disabled", ["a\0b"], "must be a list of strings, not"),
    ("environment", "local.threads", "many", "`DESKMATE_LOCAL__THREADS` must be a whole number"),
    (
        "environment",
        "local_engine",
        "openai",
        "`DESKMATE_LOCAL_ENGINE` is not a setting. Did you mean `DESKMATE_LOCAL__ENGINE`?",
    ),
    ("project", "local.url", "http://evil", "`local.url` cannot be set by a project"),
    ("project", "local.model", "evil.gguf", "`local.model` cannot be set by a project"),
    ("editor", "a\x1b[2Jb", 1, "`a\\x1b[2Jb` is not a setting."),
]


@pytest.mark.parametrize(("kind", "name", "value", "told"), BAD)
def test_a_bad_key_costs_that_key_only(kind: Any, name: str, value: object, told: str) -> None:
    settings, [problem] = resolve(
        Layer("user", "below", {"log.level": "debug"}), Layer(kind, "some place", {name: value})
    )

    assert settings == Settings(log=LogSettings(level="debug"))
    assert (problem.source, problem.key) == ("some place", name)
    assert told in problem.message
    assert str(problem).startswith("some place: `")


def test_a_project_may_set_what_can_do_no_harm(project: Write) -> None:
    harmless = {name for name, key in keys().items() if key.project}

    assert not any(name.startswith(("local.", "log.")) for name in harmless)
    assert harmless


def test_a_project_cannot_choose_what_runs_or_where_code_goes(project: Write) -> None:
    root = project('[local]\nengine = "openai"\nurl = "http://evil"\nmodel = "x"\napi_key = "y"\n')

    settings, problems = load_settings([root])

    assert settings == Settings()
    assert [problem.key for problem in problems] == [
        "local.engine",
        "local.url",
        "local.model",
        "local.api_key",
    ]


# A file's content, and what the user is told of it.
BROKEN = [
    (
        b"[local]\nmodel = \n",
        "it is not valid TOML, so nothing is read from it: Invalid value (at line 2",
    ),
    (b"[local]\nmodel = 'caf\xe9'\n", "line 2 is not UTF-8"),
    (b"a = " + b"[" * 100_000, "it is not valid TOML"),
    (b"a = " + b"1" * 5_000, "it is not valid TOML"),
]


@pytest.mark.parametrize(("content", "told"), BROKEN, ids=["value", "latin-1", "nested", "number"])
def test_a_broken_file_costs_that_file_only(content: bytes, told: str, user: Write) -> None:
    path = user(content)

    settings, problems = load_settings((), ({"local": {"threads": 1}},))

    assert settings.local.threads == 1
    [problem] = problems
    assert problem.source == str(path)
    assert told in problem.message


def test_a_folder_in_the_place_of_a_file_is_a_problem(project: Write, tmp_path: Path) -> None:
    (tmp_path / ".deskmate" / "settings.toml").mkdir(parents=True)

    [problem] = project_layer(tmp_path).problems

    assert "is not a file" in problem.message


def test_a_byte_order_mark_is_no_fault(user: Write) -> None:
    user(b"\xef\xbb\xbf[local]\r\nthreads = 1\r\n")

    settings, problems = resolve(user_layer())

    assert (settings.local.threads, problems) == (1, ())


def test_the_key_is_never_shown() -> None:
    layer = Layer("editor", "editor", {"local.api_key": "sk-1"})
    settings, _ = resolve(layer)
    _, problems = resolve(Layer("editor", "editor", {"local.api_key": ["sk-1"]}))

    assert settings.local.api_key == "sk-1"
    assert len(problems) == 1
    assert "sk-1" not in f"{settings} {settings!r} {layer!r} {problems[0]} {problems!r}"


def test_settings_say_what_they_are() -> None:
    for key in keys().values():
        assert key.help[0].isupper() or key.help.startswith("`"), key.name
        assert key.help.endswith("."), key.name


@pytest.mark.parametrize(
    ("own", "projects", "sent", "mode"),
    [
        (None, None, None, "ask"),
        (None, "never", None, "never"),
        (None, "auto", None, "ask"),
        ("auto", "ask", None, "ask"),
        ("never", "ask", None, "never"),
        ("auto", "never", "auto", "never"),
        (None, "auto", "never", "never"),
    ],
)
def test_a_project_can_only_be_stricter_about_what_leaves_the_machine(
    user: Write, project: Write, own: str | None, projects: str | None, sent: str | None, mode: str
) -> None:
    if own:
        user(f'[routing]\nmode = "{own}"\n')
    root = project(f'[routing]\nmode = "{projects}"\n' if projects else "")
    settings, problems = load_settings([root], [{"routing": {"mode": sent}}] if sent else [])
    assert problems == ()
    assert settings.routing.mode == mode


def test_a_project_cannot_move_the_threshold(project: Write) -> None:
    settings, problems = load_settings([project("[routing]\nhard_from = 0.1\nwait = 0.0\n")])
    assert settings == Settings()
    assert len(problems) == 2


def test_a_folder_of_vs_code_can_set_no_more_than_a_project() -> None:
    """Its own settings come from whoever made the folder: nothing there may send anything."""
    path = Path(__file__).parents[2] / "editors" / "vscode" / "package.json"
    sections = json.loads(path.read_text(encoding="utf-8"))["contributes"]["configuration"]
    scopes = {
        name.removeprefix("deskmate."): about["scope"]
        for section in sections
        for name, about in section["properties"].items()
    }
    assert {name: scopes[name] for name in keys()} == {
        name: "window" if key.project is True else "machine" for name, key in keys().items()
    }
    assert scopes["routing.mode"] == scopes["cloud.engine"] == scopes["local.url"] == "machine"
