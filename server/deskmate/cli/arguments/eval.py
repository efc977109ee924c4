"""`deskmate eval`: its arguments."""

from __future__ import annotations

import argparse
from pathlib import Path

from deskmate.cli.arguments.command import Commands, add_command
from deskmate.errors import ActionError


def add_eval(commands: Commands) -> None:
    """Adds `eval` to `commands`."""
    parser = add_command(
        commands,
        "eval",
        "measure how well the model does on this machine",
        _eval,
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
  deskbench  237 tasks of our own over all actions          (Python, JavaScript: --run-code)
  projects   73 tasks in projects of several files          --run-code
  questions  30 questions: answered right, admitted, warned of commands that destroy
  route      hard requests told from everyday ones, with no model
  complete   lines and blocks taken out of --data DIR (Deskmate's own source), by itself

DIR is the folder of HumanEvalPack's files (bigcode/humanevalpack on Hugging Face).

examples:
  deskmate eval --data humanevalpack --run-code --limit 20 --against bare
  deskmate eval fix tests --data humanevalpack --run-code --model qwen2.5-coder-7b-instruct
  deskmate eval --data humanevalpack --run-code --minutes 30 --html run.html
  deskmate eval complete --data ~/src/project --minutes 20 --json kept.jsonl --resume
  deskmate eval projects --run-code --against alone
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
        choices=("bare", "cloud", "alone"),
        default="",
        help="also run the model without Deskmate, or the cloud model (you are asked first), or "
        "Deskmate with nothing of the project but the file",
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


def _eval(chosen: argparse.Namespace) -> None:
    from deskmate.cli.eval import Options, evaluate
    from deskmate.cli.eval_completion import evaluate_completion
    from deskmate.cli.eval_report import Telling, compare, report

    telling = Telling(chosen.json, chosen.html, chosen.write_settings)
    match chosen.suites:
        case ["compare", first, second]:
            compare(first, second, chosen.html)
        case ["compare", *_]:
            raise ActionError("Name two runs: deskmate eval compare 1 2")
        case ["report"]:
            report("", telling)
        case ["report", number]:
            report(number, telling)
        case ["report", *_]:
            raise ActionError("Name one run, or none for the newest: deskmate eval report 1")
        case ["complete", *_]:
            evaluate_completion(
                chosen.data,
                chosen.model,
                chosen.limit,
                chosen.seed,
                chosen.minutes,
                chosen.json,
                resume=chosen.resume,
            )
        case suites:
            options = Options(
                suites=suites,
                data=chosen.data,
                model=chosen.model,
                against=chosen.against,
                half=chosen.half,
                limit=chosen.limit,
                seed=chosen.seed,
                minutes=chosen.minutes,
                resume=chosen.resume,
                run_code=chosen.run_code,
            )
            evaluate(options, telling)
