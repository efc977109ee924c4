"""What follows from a run, and how it gets into the user's settings."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from results import result, several

from deskmate.engines.models.catalogue import find
from deskmate.engines.models.recommend import Recommendation
from deskmate.errors import DeskmateError
from deskmate.evaluation.advice import Choice, Verdict, advise, larger
from deskmate.settings.resolve import Layer, keys, resolve
from deskmate.settings.write import with_settings

SMALL, LARGE = find("qwen2.5-coder-0.5b-instruct"), find("qwen2.5-coder-7b-instruct")
FITS = (Recommendation(LARGE, "the largest that fits"),)


@pytest.mark.parametrize(
    ("right", "of", "verdict"),
    [
        (3, 3, "unknown"),
        (9, 9, "unknown"),
        (10, 10, "trusted"),
        (18, 20, "trusted"),
        (14, 20, "look"),
        (6, 20, "look"),
        (2, 20, "elsewhere"),
        (0, 10, "elsewhere"),
    ],
)
def test_the_interval_decides(right: int, of: int, verdict: Verdict) -> None:
    (judgement,) = advise(several(right, of), Choice()).judgements
    assert judgement.verdict == verdict, judgement


def test_a_model_that_breaks_files_is_not_trusted() -> None:
    broken = [*several(39, 39), result("T/40", right=False, well_formed=False)]
    (judgement,) = advise(broken, Choice()).judgements
    assert (judgement.verdict, "1 left the file broken" in judgement.why) == ("elsewhere", True)


def test_what_the_bare_model_makes_of_it_is_no_advice() -> None:
    assert not advise(several(0, 20, arm="bare"), Choice()).judgements


@pytest.mark.parametrize(
    ("choice", "settings", "says"),
    [
        (Choice(), {"actions.disabled": ["fix-bug"]}, "no larger model"),
        (Choice(large="big"), {"actions.large": ["fix-bug"]}, "let big"),
        (Choice(fitting=FITS), {}, "`deskmate models install qwen2.5-coder-7b-instruct`"),
        (
            Choice(fitting=FITS, installed=frozenset({LARGE.name})),
            {"local_large.model": LARGE.name, "actions.large": ["fix-bug"]},
            "It is installed",
        ),
    ],
)
def test_where_a_poor_action_goes(choice: Choice, settings: dict[str, Any], says: str) -> None:
    advice = advise([*several(0, 20), *several(20, 20, action="generate")], choice)
    assert advice.settings == settings
    assert says in advice.sentences[0]
    _, problems = resolve(Layer("user", "test", advice.settings))
    assert not problems
    assert all(keys()[name].name.startswith(("actions.", "local_large.")) for name in settings)


def test_only_larger_models_are_named() -> None:
    both = (Recommendation(SMALL, "it fits"), *FITS)
    assert larger(both, SMALL) == FITS
    assert larger(both, LARGE) == ()


THEIRS = """\
# mine
[local]
model = "mine.gguf"  # the good one

[actions]
disabled = ["write-tests"]  # slow
"""


def test_the_users_file_keeps_all_that_is_in_it() -> None:
    values = {"actions.disabled": ["fix-bug"], "local_large.model": "big"}
    after = with_settings(THEIRS, values, Path("settings.toml"))
    assert tomllib.loads(after) == {
        "local": {"model": "mine.gguf"},
        "actions": {"disabled": ["write-tests", "fix-bug"]},
        "local_large": {"model": "big"},
    }
    assert after.startswith(THEIRS.partition("[actions]")[0])
    assert "# slow" in after
    assert with_settings(after, values, Path("settings.toml")) == after


@pytest.mark.parametrize("theirs", ["[actions\n", "actions = 3\n", 'actions = "all"\n'])
def test_a_file_that_is_something_else_stays(theirs: str) -> None:
    with pytest.raises(DeskmateError, match="stays as it is"):
        with_settings(theirs, {"actions.disabled": ["fix-bug"]}, Path("settings.toml"))
