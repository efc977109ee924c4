"""`[checks]`."""

from __future__ import annotations

from dataclasses import dataclass

from deskmate.settings.setting import setting


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """How answers are checked before they are proposed."""

    enabled: bool = setting(
        True,
        "Have every answer on code in a project checked: by linters, compilers and type checkers "
        "that are installed, which run none of it, and with your leave by its tests. "
        "docs/checks.md says how.",
    )
    disabled: tuple[str, ...] = setting(
        (),
        "Checks that should not be used: names such as `ruff` or `mypy`, `examples` for those in "
        "documentation, `tests` for the project's own.",
        project=True,
    )
    test_command: str = setting(
        "",
        "The command that runs tests, such as `make test` or `pytest -q {files}`, where `{files}` "
        "are the test files that reach the code. Empty: what the project has, such as pytest, "
        "`go test` or `node --test`. It runs in a copy, and only where you allow that.",
        command=True,
    )
    seconds: float = setting(
        10.0,
        "Seconds that one check may take; what takes longer says nothing.",
        within=(0.5, 3600),
    )
