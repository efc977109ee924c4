"""A project and a home folder, and the command line as it is typed there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SHOP = """\
def total(prices):
    return max(prices)


def later(price):
    pass
"""


OFF = {"DESKMATE_CHECKS__ENABLED": "false", "DESKMATE_LOCAL__SHARE": "false"}
"""What takes part in those tests only that are about it."""


@dataclass(frozen=True)
class Project:
    """A project folder with one file, and a home folder with nothing in it."""

    root: Path
    home: Path
    variables: dict[str, str] = field(default_factory=lambda: dict(OFF))

    @property
    def shop(self) -> Path:
        """The file."""
        return self.root / "shop.py"

    @property
    def log(self) -> Path:
        """Where the scripted engine notes what it is asked."""
        return self.home / "log.jsonl"

    @property
    def go(self) -> Path:
        """What a reply that is held `until` this waits for; who makes it lets it end."""
        return self.home / "go"

    def script(
        self,
        *replies: str | Mapping[str, object],
        engine: Mapping[str, object] | None = None,
        **more: object,
    ) -> None:
        """The model of such an `engine` says these, one after the other; `more` holds for each."""
        said = {"log": str(self.log), **(engine or {})}
        rows = [f"{key} = {json.dumps(value)}" for key, value in said.items()]
        tables = ["\n".join(["[engine]", *rows, ""])]
        for reply in replies:
            values = ({"text": reply} if isinstance(reply, str) else {**reply}) | more
            rows = [
                f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()
            ]
            tables.append("[[reply]]\n" + "\n".join(rows) + "\n")
        (self.home / "script.toml").write_text("\n".join(tables), encoding="utf-8")
        self.variables["DESKMATE_LOCAL__ENGINE"] = "scripted"
        self.variables["DESKMATE_LOCAL__MODEL"] = str(self.home / "script.toml")

    def deskmate(
        self, *arguments: str, piped: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """The command, to its end; what is `piped` into it comes on its standard input."""
        return subprocess.run(
            [sys.executable, "-m", "deskmate", *arguments],
            cwd=self.root,
            env=self.environment(),
            input=piped,
            capture_output=True,
            encoding="utf-8",
            timeout=600,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """The command, up to when the model has been asked."""
        process = subprocess.Popen(
            [sys.executable, "-m", "deskmate", *arguments],
            cwd=self.root,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        while not self.log.exists():
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        return process

    def environment(self) -> Mapping[str, str]:
        """The variables that it runs with: the tests' guard and nothing of the developer's own."""
        names = ("PATH", "SYSTEMROOT", "PYTHONPATH", "TESTS_TRIED")
        kept = {name: os.environ[name] for name in names if name in os.environ}
        nowhere = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
        homes = ("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
        return kept | nowhere | dict.fromkeys(homes, str(self.home)) | self.variables
