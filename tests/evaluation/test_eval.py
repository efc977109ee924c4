"""`deskmate eval` as it is typed, on three small tasks of our own in the form of HumanEvalPack."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packs import PACK
from results import result

from command_line import Project
from deskmate.evaluation.report import interval
from deskmate.evaluation.suites import find_tasks
from deskmate.evaluation.tasks import chosen

EVAL = ("eval", "fix", "--data", "pack", "--run-code")
RIGHT = "```python\ndef {name}(items):\n    return {body}\n```"


def pack(folder: Path) -> Path:
    """Three functions with a bug each."""
    rows = [
        {
            "task_id": f"Python/{number}",
            "prompt": f'def {name}(items):\n    """{says}"""\n',
            "canonical_solution": f"    return {right}\n",
            "buggy_solution": f"    return {wrong}\n",
            "test": f"def check(f):\n    assert f([1, 2, 3]) == {wanted}\n\ncheck({name})",
            "entry_point": name,
        }
        for number, (name, says, right, wrong, wanted) in enumerate(
            [
                ("total", "The sum.", "sum(items)", "max(items)", 6),
                ("longest", "The largest.", "max(items)", "min(items)", 3),
                ("count", "How many.", "len(items)", "sum(items)", 3),
            ]
        )
    ]
    folder.mkdir(exist_ok=True)
    (folder / "python.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return folder


def replies(project: Project, total: str = "sum(items)") -> None:
    """The model is right on one, wrong on one, and says nothing of use on one."""
    project.script(
        {"text": RIGHT.format(name="total", body=total), "when": "def total", "again": True},
        {"text": RIGHT.format(name="longest", body="items[0]"), "when": "longest", "again": True},
        {"text": "I cannot.", "when": "def count", "again": True},
    )


def row(shown: str, suite: str, arm: str) -> list[str]:
    rows = [re.split(r"  +", line) for line in shown.splitlines()]
    return next(cells for cells in rows if cells[:2] == [suite, arm])


def test_what_is_right_wrong_and_refused_is_counted(project: Project) -> None:
    pack(project.root / "pack")
    replies(project)
    done = project.deskmate(*EVAL, "--against", "bare", "--json", "out.json")
    assert done.returncode == 0, done.stderr
    assert row(done.stdout, "fix", "deskmate")[2:8] == [
        "3",
        "33 %",
        "6 %–79 %",
        "100 %",
        "33 %",
        "33 %",
    ]
    assert row(done.stdout, "fix", "bare")[2:8] == ["3", "33 %", "6 %–79 %", "67 %", "0 %", "0 %"]
    assert "Of 3 tasks in both, bare has 1 right and Deskmate 1" in done.stdout
    assert "fix-bug: too few tasks to tell (1 of 3 right, so likely 6 % to 79 %)" in done.stdout
    told = json.loads((project.root / "out.json").read_text())
    reasons = {(one["task"], one["arm"]): one["reason"] for one in told["results"]}
    assert all(
        one["completion_tokens"] > 0 for one in told["results"]
    )  # those of what was refused, too
    assert reasons["Python/1", "deskmate"] == "AssertionError"
    assert {one["arm"]: one["right"] for one in told["by_action"]} == {"bare": 1, "deskmate": 1}


def test_what_was_known_of_an_answer_is_counted(project: Project) -> None:
    pack(project.root / "pack")
    replies(project)
    project.variables["DESKMATE_CHECKS__ENABLED"] = "true"
    done = project.deskmate(*EVAL, "--json", "out.json")
    told = json.loads((project.root / "out.json").read_text())
    judged = {one["proof"] for one in told["results"] if "no test reaches it" in one["evidence"]}
    assert judged, told
    for proof in judged:
        assert row(done.stdout, proof, "deskmate")
        assert proof in [one["name"] for one in told["by_proof"]]


def test_without_leave_nothing_is_run(project: Project) -> None:
    pack(project.root / "pack")
    done = project.deskmate("eval", "fix", "--data", "pack")
    assert done.returncode == 2
    assert "3 tasks of fix: what the model writes would be run" in done.stderr
    assert "Say --run-code if it may." in done.stderr


def test_where_there_are_no_tasks_it_says_where_to_get_them(project: Project) -> None:
    for data in ((), ("--data", "nowhere")):
        done = project.deskmate("eval", "fix", *data, "--run-code")
        assert done.returncode == 2
        assert "bigcode/humanevalpack" in done.stderr


def test_what_needs_no_code_to_run_is_run_without_leave(project: Project) -> None:
    """And what every suite counts stands beside what is right."""
    shutil.copytree(PACK, project.root / "pack")
    doc = "/**\n * Limits a value.\n * @param {number} step\n */\nconst clamp = 1;"
    project.script(f"```javascript\n{doc}\n```")
    suites = ("fix", "docstring")
    done = project.deskmate("eval", *suites, "--data", "pack", "--json", "out.json")
    assert done.returncode == 0, done.stderr
    assert "what the model writes would be run" in done.stderr
    assert row(done.stdout, "docstring", "deskmate")[2:4] == ["1", "0 %"]
    counts = "parameters 3, not named 2, made up 1, examples 0"
    assert f"docstring, deskmate: {counts}" in done.stdout
    told = json.loads((project.root / "out.json").read_text())
    assert told["by_suite"][0]["counts"]["made up"] == 1


def test_the_suites_take_turns(project: Project) -> None:
    shutil.copytree(PACK, project.root / "pack")
    tasks, _ = find_tasks([], project.root / "pack", run_code=True)
    first = chosen(tasks, "both", 5, 1)
    assert len({one.suite for one in first}) == 5


HARM = {
    "prints for ever": "__import__('os').system('while true; do echo x; done')",
    "allocates": "[bytearray(1 << 26) for _ in iter(int, 1)]",
    "forks": "[__import__('os').fork() for _ in iter(int, 1)]",
    "opens sockets": "__import__('socket').create_connection(('127.0.0.1', {port}), 2)",
    "writes outside": "open({outside!r}, 'w').write('x')",
    "deletes files": "__import__('shutil').rmtree({precious!r})",
}


@pytest.mark.skipif(sys.platform != "linux", reason="the jail holds all of it on Linux only")
@pytest.mark.parametrize("harm", HARM)
def test_harm_is_a_failed_task_and_the_run_goes_on(project: Project, harm: str) -> None:
    """Through `deskmate eval` as it is typed; `test_sandbox.py` has more of it."""
    pack(project.root / "pack")
    precious, outside = project.home / "precious", project.home / "outside"
    precious.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0)
        port = listening.getsockname()[1]
        told = HARM[harm].format(port=port, outside=str(outside), precious=str(precious))
        project.script(
            {"text": RIGHT.format(name="total", body=told), "when": "def total", "again": True},
            {"text": RIGHT.format(name="longest", body="max(items)"), "when": "longest"},
            {"text": RIGHT.format(name="count", body="len(items)"), "when": "def count"},
        )
        done = project.deskmate(*EVAL)
        with pytest.raises(BlockingIOError):
            listening.accept()
    assert row(done.stdout, "fix", "deskmate")[2:4] == ["3", "67 %"], done.stdout + done.stderr
    assert precious.is_dir()
    assert not outside.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_a_run_that_is_killed_twice_loses_nothing(project: Project) -> None:
    """At whatever moment: in the middle of a task, and between its result and the next."""
    pack(project.root / "pack")
    replies(project)
    for _ in range(2):
        process = project.start(*EVAL, "--resume")
        known = len(_results(project))
        while len(_results(project)) == known:
            assert process.poll() is None, process.communicate()
            time.sleep(0.005)
        process.kill()
        process.communicate()
    kept = _results(project)
    done = project.deskmate(*EVAL, "--resume")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in project.home.rglob("0*.jsonl")] == ["001.jsonl"]
    after = _results(project)
    assert after[: len(kept)] == kept
    assert sorted(json.loads(line)["task"] for line in after) == [
        "Python/0",
        "Python/1",
        "Python/2",
    ]


def _results(project: Project) -> list[str]:
    """The results that are there whole."""
    lines = [
        line
        for path in project.home.rglob("001.jsonl")
        for line in path.read_text().splitlines(keepends=True)[1:]
    ]
    return [line for line in lines if line.endswith("\n")]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no Ctrl-C to send")
def test_ctrl_c_says_how_to_go_on(project: Project) -> None:
    pack(project.root / "pack")
    project.script({"text": "slow", "delay": 30, "again": True})
    process = project.start(*EVAL)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=600)
    assert "0 of 3 are done and kept; the same command with --resume goes on." in said


def test_when_the_minutes_are_over_it_says_how_to_go_on(project: Project) -> None:
    pack(project.root / "pack")
    replies(project)
    first = project.deskmate(*EVAL, "--minutes", "0.000001")
    assert first.returncode == 0, first.stderr
    assert "1 of 3 are done and kept; the same command with --resume goes on." in first.stderr
    second = project.deskmate(*EVAL, "--resume")
    assert row(second.stdout, "fix", "deskmate")[2] == "3"


def test_what_another_deskmate_began_is_not_gone_on_with(project: Project) -> None:
    pack(project.root / "pack")
    replies(project)
    whole = project.deskmate(*EVAL)
    path = Path(re.findall(r"results are in (.*\.jsonl)", whole.stderr)[0])
    about, *results = path.read_text().splitlines(keepends=True)
    old = json.dumps(json.loads(about) | {"version": "another"}) + "\n"
    path.write_text(old + "".join(results))
    again = project.deskmate(*EVAL, "--resume")
    assert str(path) not in again.stderr


def test_two_runs_are_compared_task_by_task(project: Project) -> None:
    pack(project.root / "pack")
    replies(project)
    project.deskmate(*EVAL)
    replies(project, total="min(items)")
    project.deskmate(*EVAL, "--seed", "2")
    done = project.deskmate("eval", "compare", "1", "2", "--html", "two.html")
    assert re.search(r"fix +Python/0 +deskmate +right +wrong +AssertionError", done.stdout)
    assert "That may be chance (McNemar's exact test, p = 1.000)." in done.stdout
    assert 'class="worse"' in (project.root / "two.html").read_text(encoding="utf-8")


def test_the_halves_are_apart_and_the_seed_shuffles(tmp_path: Path) -> None:
    tasks, _ = find_tasks(["fix", "generate"], pack(tmp_path / "pack"), run_code=True)
    tuned, unseen = (chosen(tasks, half, 0, 1) for half in ("tuned", "unseen"))
    assert not {one.id for one in tuned} & {one.id for one in unseen}
    assert len(tuned) + len(unseen) == len(tasks) == 6
    assert chosen(tasks, "both", 2, 1) == chosen(tasks, "both", 0, 1)[:2]


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share(shares: tuple[int, int]) -> None:
    right, count = shares
    low, high = interval(right, count)
    assert -1e-9 <= low <= right / count + 1e-9
    assert right / count - 1e-9 <= high <= 1 + 1e-9


@pytest.mark.model
def test_a_real_model_is_measured(project: Project, coder: Path) -> None:
    pack(project.root / "pack")
    done = project.deskmate(*EVAL, "--limit", "1", "--model", str(coder))
    assert done.returncode == 0, done.stderr
    assert row(done.stdout, "fix", "deskmate")[5] == "100 %"


def test_the_settings_that_follow_are_shown_and_then_written(project: Project) -> None:
    """Twelve tasks, none of them right, and a larger model that is set."""
    lines = [json.dumps(asdict(result(f"T/{at}", right=False))) for at in range(12)]
    about = {"model": "tiny", "tasks": 12, "half": "both", "seed": 1}
    run = project.root / "run.jsonl"
    run.write_text("\n".join([json.dumps(about), *lines]) + "\n", encoding="utf-8")
    project.variables["DESKMATE_LOCAL_LARGE__MODEL"] = "large.gguf"
    shown = project.deskmate("eval", "report", "run.jsonl")
    assert '+large = ["fix-bug"]' in shown.stdout, shown.stderr
    file = Path(re.findall(r"puts that into (.*)\.$", shown.stderr, re.MULTILINE)[0])
    assert not file.exists()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("# mine\n[actions]\ndisabled = ['explain']\n", encoding="utf-8")
    project.deskmate("eval", "report", "run.jsonl", "--write-settings")
    written = file.read_text(encoding="utf-8")
    assert written == "# mine\n[actions]\ndisabled = ['explain']\nlarge = [\"fix-bug\"]\n"
    again = project.deskmate("eval", "report", "run.jsonl", "--write-settings")
    assert "already has the suggested settings" in again.stderr
