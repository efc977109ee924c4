"""The text of an action may be anybody's: what it may say is bounded, and a sentence tells why."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from deskmate.actions.action import parse_action
from deskmate.actions.catalog import FILES, load_actions
from deskmate.actions.catalog import MOST as MOST_ACTIONS
from deskmate.actions.templates import LONGEST, MOST, SECONDS, STEPS, check_template, render
from deskmate.errors import ActionError

VALUES: dict[str, Any] = {
    "kind": "function",
    "instruction": "be brief",
    "choice": "formal",
    "diagnostics": [{"line": at, "message": f"problem {at}"} for at in range(1, 501)],
}

SAYS = [
    ("Fix this {{ kind }}. {{ instruction }}", "Fix this function. be brief"),
    ("{% if diagnostics %}Yes{% else %}No{% endif %}", "Yes"),
    ("{% for one in diagnostics if one.line < 3 %}{{ one.message }}. {% endfor %}",
     "problem 1. problem 2."),
    ("{{ diagnostics[0].message | upper }}", "PROBLEM 1"),
    ("{{ diagnostics | length }} of them", "500 of them"),
    ("{% for one in diagnostics if one.line < 3 %}{{ loop.index }}{% endfor %}", "12"),
    ("{{ {'formal': 'stiff', 'friendly': 'warm'}[choice] }}", "stiff"),
    ("{% set short = instruction | title %}{{ short }}!", "Be Brief!"),
    ("{{ [1, 2, 3] | join(', ') }}", "1, 2, 3"),
    ("{% raw %}{{ kind }}{% endraw %} {# nobody reads this #}", "{{ kind }}"),
    ("{{ 'one' if choice is defined and not none else 'other' }}", "one"),
    ("{% if kind in ('function', 'method') %}It is called.{% endif %}", "It is called."),
    ("{% for a, b in (('x', 1), ('y', 2)) %}{{ a }}{{ b }}{% endfor %}", "x1y2"),
    ("{% set what = 'the ' ~ kind ~ ' ' ~ 7 %}Fix {{ what }}.", "Fix the function 7."),
    ("{{ kind | replace('func', 'ac') }}", "action"),
    ("The user says:\n{{ 'a\nb\n\nc' | indent(2, first=true) }}",
     "The user says:\n  a\n  b\n\n  c"),
    ("{{ instruction[:2] }}, {{ instruction[-5:] }}, {{ diagnostics[-1].line }}", "be, brief, 500"),
    ("{% if instruction[:3] == 'be ' %}Yes{% endif %}", "Yes"),
    ("{% with short = kind[:4] %}{{ short }}{% endwith %}", "func"),
]  # fmt: skip


@pytest.mark.parametrize(("template", "text"), SAYS)
def test_what_templates_are_for(template: str, text: str) -> None:
    assert render(template, VALUES) == text


LOOP = "{% for one in diagnostics %}"
NEVER = [
    ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "a call"),
    ("{{ 'x' * 2000000000 }}", "`*`"),
    ("{{ 10 ** 10 ** 10 }}", "`**`"),
    ("{{ 1 + 1 }}", "`+`"),
    ("{% include 'other.md' %}", "`include`"),
    ("{% extends 'other.md' %}", "`extends`"),
    ("{% import 'other.md' as other %}", "`import`"),
    ("{% from 'other.md' import one %}", "`from`"),
    ("{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}", "a call"),
    ("{% for one in diagnostics recursive %}{{ one.line }}{% endfor %}", "`recursive`"),
    ("{{ lipsum(10000) }}", "a call"),
    ("{{ kind.join(diagnostics) }}", "a call"),
    ("{{ kind | center(2000000000) }}", "no filter `center`"),
    ("{{ kind, kind }}", "nothing but texts and numbers"),
    ("{% set x %}{{ kind }}{{ kind }}{% endset %}", "`set`"),
    ("{% set x = [kind, kind] %}{% set x = [x, x] %}", "nothing but texts and numbers"),
    ("{{ " + "(" * 2000 + "1" + ")" * 2000 + " }}", "nested too deep"),
    ("{{ " + "not " * 2000 + "1 }}", "nested too deep"),
    ("{% if kind %}" * 60 + "{% endif %}" * 60, "nested too deep"),
    (LOOP * 25 + "{% endfor %}" * 25, "nested too deep"),
    ("{{ " + "9" * 5000 + " }}", "digits"),
    ("{{ kind", "line 1"),
    ("{% unless kind %}", "line 1"),
    ("x" * (LONGEST + 1), "more than 20,000 characters"),
]


@pytest.mark.parametrize(("template", "why"), NEVER)
def test_what_no_template_may_say_is_told_where_it_is_read(template: str, why: str) -> None:
    with pytest.raises(ActionError) as raised:
        check_template(template)
    assert why in str(raised.value)


TOO_MUCH = [
    (LOOP * 3 + "x" + "{% endfor %}" * 3, f"more than {STEPS:,} turns"),
    (LOOP + "{{ long }}{% endfor %}", f"more than {MOST:,} characters"),
    ("{{ long | join(long) }}", f"more than {MOST:,} characters"),
    ("{% set x = long | join(kind) %}{% set x = x | join(x) %}", f"more than {MOST:,} characters"),
    (LOOP + "{% if long | title == kind %}x{% endif %}" * 300 + "{% endfor %}", "seconds"),
    ("{{ long | replace('', long) }}", f"more than {MOST:,} characters"),
    ("{{ long | indent(2000000000, first=true) }}", f"more than {MOST:,} characters"),
    ("{% set x = long ~ long %}" * 20, f"more than {MOST:,} characters"),
    (LOOP + "{% if long ~ long %}{% endif %}{% endfor %}", f"more than {MOST:,} characters"),
    ("{{ unknown }}", "'unknown' is undefined"),
    ("{{ kind.unknown }}", "has no attribute"),
    ("{{ kind.__class__ }}", "unsafe"),
    ("{% for one in diagnostics | length %}{% endfor %}", "not iterable"),
    ("{{ 3 is divisibleby(0) }}", ""),
]


@pytest.mark.parametrize(("template", "why"), TOO_MUCH)
def test_what_goes_wrong_later_is_told_as_well(template: str, why: str) -> None:
    began = time.thread_time()
    with pytest.raises(ActionError) as raised:
        render(template, {**VALUES, "long": "word " * 10_000})
    assert why in str(raised.value)
    assert time.thread_time() - began < 10 * SECONDS


REST = "scope: function\nlanguages: code\nwhen: always\nresult: show"
ACTION = f"---\ntitle: {{}}\n{REST}\n---\nPraise {{}}.\n"


def test_a_broken_text_is_a_sentence_and_the_action_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "praise.md").write_text(ACTION.format("Praise", "{% include 'x' %}"))
    actions, problems = load_actions([tmp_path])
    assert "praise" not in actions
    assert "its text is broken: line 1: `include` is not for the text of an action" in problems[0]


FRONT = [
    ("a: &a [x, x]\nb: &b [*a, *a]\ntitle: *b", "no aliases"),
    ("title: [[[[x]]]]", "`title` must be a text"),
    ("title: " + "x" * 400, "`title` must be a text of 300 characters at most"),
    ("title: x\ntokens: 1000000000000", "`tokens` must be a whole number from 1 to 32,000"),
    ("title: x\ntokens: " + "9" * 5000, "not YAML"),
    ("title: 2024-99-99", "not YAML"),
    ("title: " + "[" * 3000 + "]" * 3000, "nest"),
    ("title: x\n" + "# x\n" * 5000, "more than 10,000 characters"),
]


@pytest.mark.parametrize(("front", "why"), FRONT)
def test_front_matter_is_bounded_too(front: str, why: str) -> None:
    with pytest.raises(ActionError) as raised:
        parse_action("praise", f"---\n{front}\n{REST}\n---\nPraise it.\n")
    assert why in str(raised.value)


def test_a_menu_has_so_many_at_most(tmp_path: Path) -> None:
    choices = ", ".join(f"c{at}" for at in range(90))
    own, project = tmp_path / "own", tmp_path / ".deskmate" / "actions"
    for folder, names in ((own, "ab"), (project, "cde")):
        folder.mkdir(parents=True)
        for name in names:
            text = ACTION.format("Praise", "it").replace("scope:", f"choices: [{choices}]\nscope:")
            (folder / f"{name}.md").write_text(text)
    actions, problems = load_actions([own], [project])
    assert {name[0] for name in actions if name[1:3] == "-c"} == {"a", "b", "c"}
    assert [MORE in problem for problem in problems] == [True, True]


MORE = f"with it there would be more than {MOST_ACTIONS} of such actions"


def test_nobody_has_so_many_actions(tmp_path: Path) -> None:
    for at in range(FILES + 1):
        (tmp_path / f"praise-{at}.md").write_text(ACTION.format("Praise", "it"))
    actions, problems = load_actions([tmp_path])
    assert not any(name.startswith("praise") for name in actions)
    assert "it has more than 100 files" in problems[0]
