"""The command line: arguments, and which command gets them.

Each command imports what it needs itself, so that `deskmate --help` answers and the language server
starts without waiting for what they do not use.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from deskmate import __version__
from deskmate.cli.screen import guard_screen, unguarded
from deskmate.errors import (
    ActionError,
    DeskmateError,
    EngineError,
    ModelError,
    Refused,
    Stale,
    explain_os_error,
)

if TYPE_CHECKING:
    Command = Callable[[argparse.Namespace], int]
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

CLOUD = "propose the cloud model: you see exactly what would be sent, and decide"

DONE, REFUSED, BAD_INPUT, NO_ANSWER, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit code. What went wrong is one line on standard error."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    with guard_screen():
        return _run_command(create_parser().parse_args(arguments))


def _run_command(chosen: argparse.Namespace) -> int:
    try:
        code: int = chosen.command(chosen)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        _say("interrupted.")
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), unguarded(sys.stdout).fileno())
        return DONE
    except (DeskmateError, OSError) as error:
        _say(explain_os_error(error) if isinstance(error, OSError) else str(error))
        return _exit_code(error)


def _exit_code(error: Exception) -> int:
    if isinstance(error, Refused | Stale):
        return REFUSED
    return NO_ANSWER if isinstance(error, EngineError | ModelError) else BAD_INPUT


def _say(message: str) -> None:
    print(f"deskmate: {message}", file=sys.stderr)


def create_parser() -> argparse.ArgumentParser:
    """The parser of all commands; what it parses has the function to call in `command`."""
    parser = argparse.ArgumentParser(
        prog="deskmate",
        description="A local coding model for every editor that speaks LSP.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"deskmate {__version__}")
    parser.set_defaults(command=_help_of(parser))
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add_serve(commands)
    _add_setup(commands)
    _add_run(commands)
    _add_ask(commands)
    _add_commit_message(commands)
    _add_batch(commands)
    _add_eval(commands)
    _add_models(commands)
    _add_key(commands)
    _add_cache(commands)
    _add_ledger(commands)
    _add_consent(commands)
    _add_stats(commands)
    _add_doctor(commands)
    return parser


_EXAMPLES = """\
examples:
  deskmate models install              get the small model that answers on any laptop
  deskmate run explain shop.py:12      what does the function at line 12 do?
  deskmate doctor                      check the installation, the model and the settings
  deskmate serve                       start the language server, as editors do

Settings: docs/settings.md. Nothing leaves your machine unless you point `local.url` to a server in
your network, or set `cloud.engine` and agree to a request; `deskmate ledger` says what did.
"""


def _add_serve(commands: Commands) -> None:
    parser = _add(
        commands,
        "serve",
        "start the language server (editors do this)",
        "Serves one editor over standard input and output until it disconnects.",
    )
    parser.add_argument(
        "--tcp",
        metavar="HOST:PORT",
        type=_address,
        help="listen on this address for one editor instead",
    )
    parser.set_defaults(command=_serve)


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT, such as 127.0.0.1:7878")
    return host.strip("[]") or "127.0.0.1", int(port)


def _serve(chosen: argparse.Namespace) -> int:
    from deskmate.lsp.serve import serve

    return serve(chosen.tcp)


def _add_setup(commands: Commands) -> None:
    parser = _add(
        commands,
        "setup",
        "print or write an editor's configuration",
        "Prints the configuration that an editor needs to use this installation of Deskmate.",
        """\
examples:
  deskmate setup neovim --write
  deskmate setup helix --write
  deskmate setup emacs
""",
    )
    parser.set_defaults(command=_help_of(parser))
    editors = parser.add_subparsers(title="editors", metavar="EDITOR")
    neovim = _add(editors, "neovim", "print the two lines for init.lua, or write a file beside it")
    neovim.add_argument(
        "--write", action="store_true", help="write the file; what is there is kept"
    )
    neovim.set_defaults(command=_setup_neovim)
    helix = _add(editors, "helix", "print the entries for languages.toml, or add them")
    helix.add_argument(
        "--write", action="store_true", help="add them to the file; existing entries are kept"
    )
    helix.set_defaults(command=_setup_helix)
    for name in ("emacs", "kate", "sublime", "zed"):
        other = _add(editors, name, "print the configuration, and say where it goes")
        other.set_defaults(command=_setup_by_hand, editor=name)


def _setup_neovim(chosen: argparse.Namespace) -> int:
    from deskmate.cli.setup import setup_neovim

    setup_neovim(write=chosen.write)
    return DONE


def _setup_by_hand(chosen: argparse.Namespace) -> int:
    from deskmate.cli.setup import setup_by_hand

    setup_by_hand(chosen.editor)
    return DONE


def _setup_helix(chosen: argparse.Namespace) -> int:
    from deskmate.cli.setup import setup_helix

    setup_helix(write=chosen.write)
    return DONE


def _add_run(commands: Commands) -> None:
    parser = _add(
        commands,
        "run",
        "run one action on a file",
        "Runs one action and prints the change as a diff, or the answer as Markdown.",
        """\
examples:
  deskmate run proofread README.md           all of its prose
  deskmate run explain shop.py:12            the function or class around line 12
  deskmate run fix-bug shop.py:12 --write    and change the file
  deskmate run refactor shop.py:12-20 --instruction "use a dict comprehension"
  deskmate run add-docstring shop.py:12 | git apply

exit code: 0 done · 1 refused, because no answer passed the checks · 2 it cannot be done there
           3 the model cannot answer · 130 interrupted
""",
        add_help=False,
    )
    parser.add_argument(
        *("-h", "--help"), action=_HelpWithActions, nargs=0, help="show this help message and exit"
    )
    parser.add_argument("action", metavar="ACTION", help="the id of an action, such as explain")
    parser.add_argument(
        "place",
        metavar="FILE[:LINE[-LINE]]",
        help="the cursor at a line, or the selected lines, counted from 1; the file alone is all "
        "of its lines",
    )
    parser.add_argument("--instruction", metavar="TEXT", default="", help="what else to consider")
    parser.add_argument(
        "--schema", metavar="FILE", default="", help="a JSON Schema, or an example, to extract by"
    )
    parser.add_argument("--large", action="store_true", help="ask the model of `local_large`")
    parser.add_argument("--cloud", action="store_true", help=CLOUD)
    parser.add_argument("--write", action="store_true", help="make the change in the file")
    parser.add_argument(
        "--yes",
        action="store_true",
        help="with --write: also write a change that runs programs, deletes files or reaches hosts",
    )
    parser.add_argument(
        "--show-prompt", action="store_true", help="print what the model would be shown, and stop"
    )
    parser.add_argument(
        "--show-reply", action="store_true", help="after a refusal, print what the model said"
    )
    parser.set_defaults(command=_run)


class _HelpWithActions(argparse.Action):
    """Reads the catalogue when the help is shown: no other command has to wait for it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from deskmate.cli.action_list import list_actions

        parser.epilog = f"{list_actions()}\n{parser.epilog or ''}"
        parser.print_help()
        parser.exit()


def _run(chosen: argparse.Namespace) -> int:
    from deskmate.cli.run import run

    try:
        run(
            chosen.action,
            chosen.place,
            instruction=chosen.instruction,
            schema=chosen.schema,
            large=chosen.large,
            cloud=chosen.cloud,
            write=chosen.write,
            show_prompt=chosen.show_prompt,
            yes=chosen.yes,
        )
    except Refused as refused:
        if chosen.show_reply:
            print(refused.reply, file=sys.stderr)
        raise
    return DONE


def _add_ask(commands: Commands) -> None:
    parser = _add(
        commands,
        "ask",
        "ask the model a question, about files or in general",
        "Prints the model's answer while it is being written. The model sees the files that you "
        "name, and otherwise knows only what it was trained on.",
        """\
examples:
  deskmate ask "What is a walrus operator?"
  deskmate ask "Why is this slow?" shop.py:12-40
  deskmate ask "How do these two differ?" old.toml new.toml
""",
    )
    parser.add_argument("question", metavar="QUESTION", help="the question, in quotes")
    parser.add_argument(
        "places", metavar="FILE[:LINE[-LINE]]", nargs="*", help="files that the question is about"
    )
    parser.add_argument("--large", action="store_true", help="ask the model of `local_large`")
    parser.add_argument("--cloud", action="store_true", help=CLOUD)
    parser.set_defaults(command=_ask)


def _ask(chosen: argparse.Namespace) -> int:
    from deskmate.cli.ask import ask

    ask(chosen.question, chosen.places, large=chosen.large, cloud=chosen.cloud)
    return DONE


def _add_commit_message(commands: Commands) -> None:
    parser = _add(
        commands,
        "commit-message",
        "write the message for what is staged in git",
        "Prints a commit message for what is staged, in the style of the last commits.",
        """\
examples:
  git commit --edit --message "$(deskmate commit-message)"
  deskmate commit-message "mention the new setting" > "$1"    # in .git/hooks/prepare-commit-msg
""",
    )
    parser.add_argument("instruction", nargs="?", default="", help="what else it is to say")
    parser.set_defaults(command=_commit_message)


def _commit_message(chosen: argparse.Namespace) -> int:
    from deskmate.cli.commit_message import write_commit_message

    write_commit_message(chosen.instruction)
    return DONE


def _add_eval(commands: Commands) -> None:
    parser = _add(
        commands,
        "eval",
        "measure how well the model does on this machine",
        "Runs tasks through the model as an editor would, and reports how many come out right. "
        "Results are kept; --resume continues a run that was stopped.",
        """\
suites:
  fix        a bug in a real function                       --data DIR --run-code
  generate   a missing body                                 --data DIR --run-code
  tests      pass on the right code, fail on the wrong      --data DIR --run-code
  docstring  names what there is, leaves the code alone     --data DIR (Python: --run-code)
  refactor   less of what was asked for, tests still pass   --data DIR --run-code
  proofread  planted mistakes fixed, nothing else changed
  rewrite    links, code, numbers kept, asked-for length    (clearer, shorter, tone, audience)
  extract    the values that are in a text
  tag        tags, categories, labels
  deskbench  177 tasks of our own over all actions          (Python, JavaScript: --run-code)
  route      hard requests told from everyday ones, with no model

DIR is the folder of HumanEvalPack's files (bigcode/humanevalpack on Hugging Face).

examples:
  deskmate eval --data humanevalpack --run-code --limit 20 --against bare
  deskmate eval fix tests --data humanevalpack --run-code --model qwen2.5-coder-7b-instruct
  deskmate eval --data humanevalpack --run-code --minutes 30 --html run.html
  deskmate eval compare 1 2 --html compared.html
  deskmate eval report --write-settings
""",
    )
    parser.add_argument(
        "suites", metavar="SUITE", nargs="*", help="the suites to run (default: all)"
    )
    parser.add_argument("--data", metavar="DIR", type=Path, help="the folder of HumanEvalPack")
    parser.add_argument("--model", metavar="MODEL", default="", help="instead of `local.model`")
    parser.add_argument(
        "--against",
        choices=("bare", "cloud"),
        default="",
        help="also run the model without Deskmate, or the cloud model (you are asked first)",
    )
    parser.add_argument("--half", choices=("tuned", "unseen", "both"), default="both")
    parser.add_argument("--limit", metavar="N", type=int, default=0, help="run at most N tasks")
    parser.add_argument("--seed", metavar="N", type=int, default=1, help="seed for choosing tasks")
    parser.add_argument(
        "--minutes",
        metavar="N",
        type=float,
        default=0,
        help="stop after N minutes; --resume continues",
    )
    parser.add_argument("--resume", action="store_true", help="continue a stopped run")
    parser.add_argument(
        "--run-code", action="store_true", help="run the code that the model writes, in a sandbox"
    )
    parser.add_argument("--json", metavar="FILE", default="", help="write the results to FILE")
    parser.add_argument("--html", metavar="FILE", default="", help="write a report page to FILE")
    parser.add_argument(
        "--write-settings",
        action="store_true",
        help="write the recommended settings to your settings file",
    )
    parser.set_defaults(command=_eval)


def _eval(chosen: argparse.Namespace) -> int:
    from deskmate.cli import eval as cli_eval

    if chosen.suites[:1] == ["compare"]:
        if len(chosen.suites) != 3:
            raise ActionError("Name two runs: deskmate eval compare 1 2")
        _, first, second = chosen.suites
        cli_eval.compare(first, second, chosen.html)
        return DONE
    telling = cli_eval.Telling(chosen.json, chosen.html, chosen.write_settings)
    if chosen.suites[:1] == ["report"]:
        if len(chosen.suites) > 2:
            raise ActionError("Name one run, or none for the newest: deskmate eval report 1")
        cli_eval.report("".join(chosen.suites[1:]), telling)
        return DONE
    cli_eval.evaluate(
        cli_eval.Options(
            suites=chosen.suites,
            data=chosen.data,
            model=chosen.model,
            against=chosen.against,
            half=chosen.half,
            limit=chosen.limit,
            seed=chosen.seed,
            minutes=chosen.minutes,
            resume=chosen.resume,
            run_code=chosen.run_code,
        ),
        telling,
    )
    return DONE


def _add_batch(commands: Commands) -> None:
    parser = _add(
        commands,
        "batch",
        "run an action on many files, or on the rows of a table",
        "Runs one action on every matching file, several at a time where the engine can. Finished "
        "files stay finished: after an interruption, --resume continues where it stopped.",
        """\
examples:
  deskmate batch proofread 'docs/**/*.md' --dry-run
  deskmate batch translate-German 'docs/*.md' --out docs-de
  deskmate batch shorten reviews.csv --column text --write
""",
    )
    parser.add_argument("action", metavar="ACTION", help="one of those that `run --help` lists")
    parser.add_argument("patterns", metavar="FILES", nargs="+", help="such as 'docs/**/*.md'")
    parser.add_argument("--write", action="store_true", help="write to the files themselves")
    parser.add_argument(
        "--out", metavar="DIR", default="", help="write files of the same names to DIR"
    )
    parser.add_argument("--dry-run", action="store_true", help="show the first changes only")
    parser.add_argument(
        "--column",
        metavar="NAME",
        default="",
        help="run on this column of a CSV, TSV or JSON Lines file",
    )
    parser.add_argument(
        "--jobs", metavar="N", type=int, default=0, help="files to work on at a time"
    )
    parser.add_argument("--resume", action="store_true", help="continue a stopped batch")
    parser.add_argument("--restart", action="store_true", help="start a stopped batch over")
    parser.add_argument(
        "--format", choices=("text", "jsonl"), default="text", help="format of the report"
    )
    parser.add_argument("--instruction", metavar="TEXT", default="", help="what else to consider")
    parser.add_argument("--schema", metavar="FILE", default="", help="JSON Schema for extraction")
    parser.add_argument("--large", action="store_true", help="ask the model of `local_large`")
    parser.set_defaults(command=_batch)


def _batch(chosen: argparse.Namespace) -> int:
    from deskmate.cli.batch import Options, batch

    given = {key: value for key, value in vars(chosen).items() if key != "command"}
    good = batch(Options(**{**given, "patterns": tuple(chosen.patterns)}))
    return DONE if good else REFUSED


def _add_models(commands: Commands) -> None:
    parser = _add(
        commands,
        "models",
        "find, install, verify or remove models",
        examples="""\
examples:
  deskmate models recommend  which models suit this machine, and why
  deskmate models list       available and installed models
  deskmate models install    download the default model, or resume a download
  deskmate models path       the model file in use
""",
    )
    parser.set_defaults(command=_help_of(parser))
    tasks = parser.add_subparsers(title="commands", metavar="COMMAND")
    for task, summary, name in (
        ("recommend", "show which models suit this machine, and why", ""),
        ("list", "list available and installed models", ""),
        ("install", "download a model, or resume a download", "?"),
        ("path", "print the path of a model's file", "?"),
        ("verify", "check the files of installed models against their checksums", "?"),
        ("rm", "delete a model, or the rest of an interrupted download", "1"),
    ):
        one = _add(tasks, task, summary)
        one.set_defaults(command=_models, task=task, name="")
        if task == "list":
            one.add_argument("--json", action="store_true", help="print JSON")
        if name == "?":
            one.add_argument("name", metavar="NAME", nargs="?", help="see `models list`")
        elif name:
            one.add_argument("name", metavar="NAME", help="see `models list`")


def _models(chosen: argparse.Namespace) -> int:
    from deskmate.cli import models as cli_models

    match chosen.task:
        case "recommend":
            cli_models.recommend_models()
        case "list":
            cli_models.list_models(as_json=chosen.json)
        case "verify":
            return DONE if cli_models.verify_models(chosen.name) else REFUSED
        case "rm":
            cli_models.remove_model(chosen.name)
        case "install":
            cli_models.install_model(chosen.name)
        case "path":
            cli_models.print_path(chosen.name)
    return DONE


def _add_key(commands: Commands) -> None:
    parser = _add(
        commands,
        "key",
        "store a server's API key in the system's keyring",
        "Stores an API key where the system keeps passwords, not in a file. It is used only for "
        "that server, and only while `local.api_key` is empty.",
    )
    parser.set_defaults(command=_help_of(parser))
    tasks = parser.add_subparsers(title="commands", metavar="COMMAND")
    for task, summary in (("set", "ask for a key and store it"), ("rm", "delete a key")):
        one = _add(tasks, task, summary)
        one.add_argument("url", metavar="URL", help="the server's address, as in `local.url`")
        one.set_defaults(command=_key, task=task)


def _key(chosen: argparse.Namespace) -> int:
    from getpass import getpass

    from deskmate.engines.keys import forget_key, keep_key

    if chosen.task == "rm":
        print(f"The key for {forget_key(chosen.url)} has been deleted.")
        return DONE
    key = getpass("Key: ") if sys.stdin.isatty() else sys.stdin.readline()
    if not key.strip():
        raise DeskmateError("No key was entered, so nothing was stored.")
    print(f"The key for {keep_key(chosen.url, key.strip())} is stored in the system's keyring.")
    return DONE


def _add_cache(commands: Commands) -> None:
    parser = _add(
        commands,
        "cache",
        "delete stored answers and indexes",
        "A repeated request is answered at once, from a file that only you can read. Its size is "
        "set by `cache.megabytes`.",
    )
    parser.set_defaults(command=_help_of(parser))
    tasks = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add(tasks, "clear", "delete all stored answers and indexes").set_defaults(command=_clear_cache)


def _clear_cache(chosen: argparse.Namespace) -> int:
    from deskmate.engines.table import forget_answers
    from deskmate.workspace.index.store import forget_stores

    print(forget_answers())
    forget_stores(0)
    return DONE


def _add_ledger(commands: Commands) -> None:
    parser = _add(
        commands,
        "ledger",
        "what left this machine, and what it cost",
        "Lists the requests that went to a cloud model, or would have: when, why, to whom, what "
        "was redacted and what they cost. Their text is kept only if `ledger.keep_payloads` is "
        "set.",
    )
    parser.add_argument(
        "--export",
        metavar="FORM",
        nargs="?",
        const="jsonl",
        choices=("jsonl", "csv"),
        help="print every entry as JSON Lines or CSV",
    )
    parser.set_defaults(command=_ledger)
    tasks = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add(tasks, "forget", "delete the ledger").set_defaults(command=_forget_ledger)


def _ledger(chosen: argparse.Namespace) -> int:
    from deskmate.cli import ledger as cli_ledger

    if chosen.export:
        cli_ledger.export_ledger(chosen.export)
    else:
        cli_ledger.show_ledger()
    return DONE


def _forget_ledger(chosen: argparse.Namespace) -> int:
    from deskmate.cli.ledger import forget_ledger

    forget_ledger()
    return DONE


def _add_consent(commands: Commands) -> None:
    parser = _add(
        commands,
        "consent",
        "list, give or revoke your permanent answers",
        "Your permanent answers to three questions: may this leave my machine, may this project's "
        "tests be run, and may its actions be used? Files in a project can never change them.",
    )
    parser.set_defaults(command=_help_of(parser))
    tasks = parser.add_subparsers(title="commands", metavar="COMMAND")
    one = _add(tasks, "list", "list your permanent answers")
    one.set_defaults(command=_list_consents)
    one = _add(tasks, "actions", "let the actions of a project be used")
    one.add_argument(
        "project", metavar="FOLDER", nargs="?", default=".", help="default: the current folder"
    )
    one.add_argument("--never", action="store_true", help="never use them, and do not ask")
    one.set_defaults(command=_allow_actions)
    one = _add(tasks, "revoke", "delete an answer, so that you are asked again")
    one.add_argument(
        "project", metavar="FOLDER", nargs="?", default=".", help="default: the current folder"
    )
    one.add_argument("--all", action="store_true", help="for all projects")
    one.set_defaults(command=_revoke_consents)


def _list_consents(chosen: argparse.Namespace) -> int:
    from deskmate.cli.consent import list_consents

    list_consents()
    return DONE


def _allow_actions(chosen: argparse.Namespace) -> int:
    from deskmate.cli.consent import allow_actions

    allow_actions(chosen.project, never=chosen.never)
    return DONE


def _revoke_consents(chosen: argparse.Namespace) -> int:
    from deskmate.cli.consent import revoke_consents

    revoke_consents(chosen.project, every=chosen.all)
    return DONE


def _add_stats(commands: Commands) -> None:
    parser = _add(
        commands,
        "stats",
        "how requests ended, and what they took",
        "Shows the counts that Deskmate keeps on this machine for 400 days, without code or file "
        "names. `repaired` counts the results that took more than one reply.",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--html", metavar="FILE", default="", help="write a page to FILE instead")
    parser.add_argument("--reset", action="store_true", help="reset all counters")
    parser.set_defaults(command=_stats)


def _stats(chosen: argparse.Namespace) -> int:
    if chosen.reset:
        from deskmate.requests import stats

        stats.reset()
        print("Counters reset.")
        return DONE
    from deskmate.cli.stats import print_json, show_stats

    if chosen.json:
        print_json()
    else:
        show_stats(chosen.html)
    return DONE


def _add_doctor(commands: Commands) -> None:
    parser = _add(
        commands,
        "doctor",
        "check the installation, the model and the settings",
        "Checks the installation, the model and the settings, and says how to fix what is wrong. "
        "The exit code is 1 if there is a problem.",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(command=_doctor)


def _doctor(chosen: argparse.Namespace) -> int:
    from deskmate.cli.doctor import examine

    findings = []
    for finding in examine(Path.cwd()):
        findings.append(finding)
        if not chosen.json:
            print(f"{finding.state:9}{finding.about}: {finding.what}")
            if finding.fix:
                print(f"{'':9}{finding.fix}")
    if chosen.json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    return int(any(finding.state == "problem" for finding in findings))


def _add(
    commands: Commands,
    name: str,
    summary: str,
    description: str = "",
    examples: str = "",
    *,
    add_help: bool = True,
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=summary,
        description=description or f"{summary[0].upper()}{summary[1:]}.",
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=add_help,
    )


def _help_of(parser: argparse.ArgumentParser) -> Command:
    def show(chosen: argparse.Namespace) -> int:
        parser.print_help()
        return DONE

    return show
