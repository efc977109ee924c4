"""Signals: what each finds, with its reason, and what it leaves alone."""

from __future__ import annotations

import pytest

from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.evaluation.labelled import labelled, measure, parts
from deskmate.routing.facts import Facts, Task, split_wish
from deskmate.routing.signals import count_conditions, find_evidence


def test_the_labelled_set_is_large_and_half_of_it_is_everyday() -> None:
    everyday = sum(not one.hard for one in labelled())
    assert len(labelled()) >= 200
    assert everyday / len(labelled()) == pytest.approx(0.5, abs=0.06)
    assert all(one.why for one in labelled())


@pytest.mark.parametrize(("part", "least"), [("tuned", 0.9), ("unseen", 0.85), ("later", 0.4)])
def test_everyday_requests_stay_local_and_hard_ones_are_found(part: str, least: float) -> None:
    figures = measure(parts()[part])
    assert figures.false_alarms <= 0.02
    assert figures.recall >= least


def reasons(task: Task, instruction: str = "", code: str = "", language: str = "python") -> str:
    document = open_document("file:///x", code, language_id=language)
    facts = Facts(task, instruction, document, Span(0, len(code)), needed=len(code) // 3)
    return "; ".join(one.reason for one in find_evidence(facts))


LOCKED = "def add(self, item):\n    with self.lock:\n        self.items.append(item)\n"


def test_constructs_of_concurrency_count_where_code_is_judged() -> None:
    assert "locks" in reasons("fix", "why is it empty?", LOCKED)
    assert reasons("document", "", LOCKED) == ""


CONSTRUCTS = {
    "python": ("async def f():\n    await g()\n", "async functions"),
    "javascript": ("async function f() { await g(); }", "async functions"),
    "typescript": ("Promise.all(jobs);", "threads or tasks"),
    "go": ("package a\nfunc f(c chan int) { c <- 1 }\n", "channels"),
    "rust": ("fn f(m: Mutex<u8>) {}", "locks"),
    "java": ("class A { volatile int n; }", "atomic operations"),
    "csharp": ("class A { void F() { lock (x) { } } }", "locks"),
    "cpp": ("std::atomic<int> n;", "atomic operations"),
    "c": ("void f(void) { pthread_mutex_lock(&m); }", "locks"),
    "ruby": ("Account.transaction { pay }", "transactions"),
    "php": ("<?php $db->beginTransaction();", "transactions"),
    "sql": ("BEGIN;\nUPDATE a SET b = 1;\nCOMMIT;\n", "transactions"),
    "lua": ("local c = coroutine.create(f)\n", "async functions"),
}


@pytest.mark.parametrize("language", CONSTRUCTS)
def test_each_language_knows_its_constructs(language: str) -> None:
    code, name = CONSTRUCTS[language]
    assert f"the code has {name}" in reasons("fix", "", code, language)


@pytest.mark.parametrize("language", CONSTRUCTS)
def test_code_that_does_one_thing_after_another_has_none(language: str) -> None:
    assert "the code has" not in reasons("fix", "", "x = 1;\n", language)


@pytest.mark.parametrize(
    ("instruction", "count"),
    [
        ("use a dict comprehension", 0),
        ("name, email, phone", 0),
        ("keep the name", 1),
        ("must be fast, no imports, keep the order; don't recurse. Only touch the loop", 5),
        ("rules:\n- one\n- two\n3. three", 3),
    ],
)
def test_conditions_are_counted(instruction: str, count: int) -> None:
    assert count_conditions(instruction) == count


@pytest.mark.parametrize(
    ("instruction", "rest", "wish"),
    [
        ("@cloud why?", "why?", "cloud"),
        ("why? @Local", "why?", "local"),
        ("@cloud or @local", "or", "local"),
        ("mail me@cloud.com", "mail me@cloud.com", ""),
        ("import @cloud/sdk", "import @cloud/sdk", ""),
        ("the @cloudy decorator", "the @cloudy decorator", ""),
    ],
)
def test_the_users_wish_is_read_from_the_instruction(
    instruction: str, rest: str, wish: str
) -> None:
    assert split_wish(instruction) == (rest, wish)
