"""Runners of tests as they are: each finds the bug of its project in `tests/cases/runners.toml`."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from deskmate.checks.reaching import find_reaching_tests
from deskmate.checks.sandbox import Limits
from deskmate.checks.suites import RUN_LIMITS, find_suites, run_suite
from deskmate.checks.tallies import compare_tallies, is_concerned
from deskmate.checks.verdict import Subject
from deskmate.core.syntax.document import open_document
from deskmate.core.text.uri import file_uri
from deskmate.settings.project import project_of

RUNNERS: dict[str, Any] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "runners.toml").read_text(encoding="utf-8")
)
LIMITS = Limits(seconds=600, **RUN_LIMITS)


@pytest.mark.parametrize("name", RUNNERS)
async def test_a_runner_tells_a_bug_from_its_fix(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = RUNNERS.get(RUNNERS[name].get("like"), {}) | RUNNERS[name]
    program = shutil.which(case["program"])
    if program is None:
        pytest.skip(f"needs {case['program']}")
    for variable in ("XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "state"))
    folder = (tmp_path / "shop").resolve()
    for file, text in (case["files"] | case.get("more", {})).items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text.lstrip(), encoding="utf-8")
    prepare = [word.replace("{program}", program) for word in case.get("prepare", ())]
    if prepare and subprocess.run(prepare, cwd=folder, capture_output=True).returncode:
        pytest.skip(f"{' '.join(prepare)} does not work here")
    path = folder / case["file"]
    text = path.read_text(encoding="utf-8")
    language = open_document(file_uri(path), text).language
    project = project_of(path, folder)
    assert project is not None
    assert language is not None
    subject = Subject(folder, case["file"], language.name, text, {}, case["symbol"])

    files = find_reaching_tests(subject, project, language, folder)
    suite = next(one for one in find_suites(subject, files, "") if one.name == name)
    before = await run_suite(suite, subject, text, LIMITS)
    after = await run_suite(suite, subject, text.replace(case["wrong"], case["right"]), LIMITS)

    assert list(files) == case["reaches"]
    assert before.bad, before
    assert [one for one in case["tells"] if one not in before.said] == [], before.said
    assert is_concerned(suite, subject, before)
    verdict = compare_tallies(suite, before, after, repairs=True)
    assert (verdict.status, verdict.evidence) == ("passes", case["evidence"]), after
