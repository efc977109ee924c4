"""Projects whose tests mean harm: whatever they do, nothing outside of the copy changes, nothing of
the user's is read, and they come to an end.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from deskmate.checks.sandbox import Limits
from deskmate.checks.suites import find_suites, run_suite
from deskmate.checks.toolchains import kept_folder
from deskmate.checks.verdict import Subject

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone can forbid all of it")

HARM = {
    "deletes files": "import shutil\nshutil.rmtree({project!r})",
    "deletes files elsewhere": "import os\nos.remove({key!r})",
    "forks": "import os\nwhile True:\n    try: os.fork()\n    except OSError: raise SystemExit(1)",
    "opens sockets": "import socket\nsocket.create_connection(('127.0.0.1', {port}), 2)",
    "fills the disk": "for n in range(1000):\n    open(f'f{{n}}', 'wb').write(bytes(1 << 20))",
    "waits for ever": "import time\ntime.sleep(600)",
    "reads the keys": "print(open({key!r}).read())",
    "plants a program": "open({project!r} + '/.venv/bin/python', 'w')",
    "writes consent": "open({consent!r}, 'w').write('[]')",
    "opens the keys to all": "import os\nos.chmod({key!r}, 0o777)",
    "changes dates": "import os\nos.utime({key!r}, (1, 1))",
    "looks at who else is there": "print(open('/proc/{pid}/cmdline', 'rb').read().decode()[0])",
    "stops the others": "import os\nos.kill({pid}, 19)",
    "stops itself": "import os\nos.kill(0, 19)",
    "asks for the user's keys": "import ctypes, platform\n"
    "call = dict(x86_64=250, aarch64=219)[platform.machine()]\n"
    "assert ctypes.CDLL(None).syscall(call, 0, -4, 0, 0, 0) > 0",
    "hides memory": "import os\n"
    "for n in range(100):\n    os.write(os.memfd_create(str(n)), bytes(4 << 20))",
    "fills what is kept": "import time\nn = 0\nwhile n := n + 1:\n"
    "    open({kept!r} + f'/{{n}}', 'wb').write(bytes(1 << 20))\n    time.sleep(0.01)",
    "speaks to itself and to others": "import socket\n"
    "own = socket.create_server(('127.0.0.1', 0))\n"
    "socket.create_connection(own.getsockname(), 2)\n"
    "socket.create_connection(('127.0.0.1', {port}), 2)",
}


@pytest.mark.parametrize("what", HARM)
async def test_harm_is_contained(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, project = tmp_path / "home", (tmp_path / "shop").resolve()
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home))
    (home / ".ssh").mkdir(parents=True)
    (project / "tests").mkdir(parents=True)
    key = home / ".ssh" / "id_ed25519"
    key.write_text("PRIVATE")
    (project / "basket.py").write_text("def total(): return 1\n")
    with socket.create_server(("127.0.0.1", 0)) as server:
        harm = HARM[what].format(
            project=str(project),
            key=str(key),
            port=server.getsockname()[1],
            consent=str(home / "deskmate" / "run-consent.json"),
            pid=os.getpid(),
            kept=str(kept_folder(project)),
        )
        lines = "\n        ".join(harm.splitlines())
        text = "import unittest\nclass Harm(unittest.TestCase):\n    def test_it(self):\n        "
        (project / "tests" / "test_basket.py").write_text(text + lines)
        before = sorted(tmp_path.rglob("*"))
        subject = Subject(project, "basket.py", "python", "", {}, "total")
        suite = next(
            one
            for one in find_suites(subject, ["tests/test_basket.py"], "")
            if one.name == "unittest"
        )
        told = key.stat()
        limits = Limits(seconds=4, memory=256 << 20, disk=8 << 20, kept=0, processes=40)
        tally = await run_suite(suite, subject, "def total(): return 1\n", limits)
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert not tally.good, tally
    assert "PRIVATE" not in tally.said
    left = {path for path in tmp_path.rglob("*") if "checks" not in path.parts}
    assert left - {home / "deskmate"} == set(before)
    assert key.stat() == told
    assert not list(kept_folder(project).rglob("*"))
    assert key.read_text() == "PRIVATE"
