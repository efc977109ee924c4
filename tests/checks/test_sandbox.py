"""Code that means harm: each of it is contained, and the next thing runs as if nothing had been."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import time
from pathlib import Path

import psutil
import pytest

from deskmate.checks import jail, sandbox
from deskmate.checks.layout import Surroundings
from deskmate.checks.sandbox import Limits, Ran, run_code
from deskmate.errors import DeskmateError

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has these limits")
MARK = f"of-{os.getpid()}"  # others may run the same tests at the same time
QUICK = Limits(seconds=4, memory=256 << 20, disk=8 << 20, file=4 << 20, processes=40)


async def run(code: str, limits: Limits = QUICK, **files: str) -> Ran:
    return await run_code({"code.py": code, **files}, ["{python}", "-I", "code.py", MARK], limits)


async def test_what_does_no_harm_runs() -> None:
    ran = await run("import os\nopen('made', 'w').write('x')\nprint(sorted(os.listdir()))")
    assert ran.passed, ran
    assert ran.output == "['code.py', 'made']\n"
    assert ran.missing == ()


async def test_what_is_gone_when_it_is_looked_at_does_not_count() -> None:
    code = """
import os, shutil, time
end = time.monotonic() + 0.5
while time.monotonic() < end:
    os.makedirs("a/b/c")
    shutil.rmtree("a")
"""
    assert (await run(code)).passed


async def test_what_fails_has_failed() -> None:
    ran = await run("assert 1 == 2")
    assert not ran.passed
    assert ran.ending == "ended"
    assert "AssertionError" in ran.output


async def test_a_loop_ends_with_the_time() -> None:
    assert (await run("while True: pass", Limits(seconds=1))).ending == "time"


async def test_sleeping_on_is_no_way_out() -> None:
    code = "import time, signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)"
    started = time.monotonic()
    assert (await run(code, Limits(seconds=1))).ending == "time"
    assert time.monotonic() - started < 20


async def test_memory_ends() -> None:
    ran = await run("x = []\nwhile True: x.append(bytearray(1 << 20))")
    assert not ran.passed
    assert ran.ending == "memory" or "MemoryError" in ran.output


@linux
@pytest.mark.skipif(
    sys.platform == "linux" and os.getuid() == 0 and not jail.can_limit_root(),
    reason="before Linux 6.14 nothing limits the processes of root",
)
async def test_a_fork_bomb_ends_with_all_its_processes(tmp_path: Path) -> None:
    ran = await run("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass")
    assert not ran.passed
    await asyncio.sleep(0.2)
    left = [one for one in psutil.process_iter(["cmdline"]) if MARK in (one.info["cmdline"] or ())]
    assert left == []


@linux
async def test_what_goes_into_the_background_ends_with_it() -> None:
    code = (
        "import os, sys, time\n"
        "if os.fork() == 0:\n    os.setsid()\n"
        "    if os.fork() == 0:\n        sys.stdout.close(); os.close(1); os.close(2)\n"
        "        time.sleep(60)\n"
        "    os._exit(0)\n"
    )
    ran = await run(code)
    assert ran.ending == "ended"
    await asyncio.sleep(0.2)
    assert not [
        one for one in psutil.process_iter(["cmdline"]) if MARK in (one.info["cmdline"] or ())
    ]


async def test_saying_too_much_ends() -> None:
    ran = await run("while True: print('x' * 1000)")
    assert ran.ending == "output"
    assert len(ran.output) <= QUICK.output


async def test_writing_too_much_ends() -> None:
    code = "for n in range(1000):\n    open(str(n), 'wb').write(bytes(1 << 20))"
    ran = await run(code)
    assert not ran.passed
    big = await run("open('x', 'wb').write(bytes(1 << 23))")
    assert not big.passed


@linux
async def test_there_is_no_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        ran = await run(f"import socket\nsocket.create_connection(('127.0.0.1', {port}), 2)")
    assert not ran.passed
    assert "unreachable" in ran.output or "refused" in ran.output


@linux
async def test_what_runs_may_speak_to_itself() -> None:
    code = """
import socket, threading
for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
    server = socket.create_server((address, 0), family=family)
    with socket.create_connection(server.getsockname()[:2], 2) as client:
        client.sendall(b"hello")
        print(server.accept()[0].recv(5).decode())
"""
    ran = await run(code)
    assert ran.output == "hello\nhello\n"


@linux
@pytest.mark.parametrize("address", ["10.0.0.1", "192.0.2.1", "255.255.255.255", "224.0.0.1"])
async def test_nobody_else_is_in_its_network(address: str) -> None:
    ran = await run(
        f"import socket\nprint(socket.if_nameindex())\n"
        f"s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        f"s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)\n"
        f"s.sendto(b'x', ({address!r}, 53))"
    )
    assert ran.output.startswith("[(1, 'lo')]\n")
    assert "unreachable" in ran.output


@linux
async def test_what_was_made_elsewhere_can_be_moved_to_it() -> None:
    code = "import os, tempfile\nos.replace(tempfile.mkstemp()[1], 'here')\nprint(os.listdir())"
    assert "here" in (await run(code)).output


@linux
async def test_nothing_is_written_outside(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    kept = tmp_path / "kept"
    kept.write_text("mine")
    kept.chmod(0o666)
    for code in (
        f"open({str(tmp_path / 'new')!r}, 'w').write('x')",
        f"open({str(kept)!r}, 'w').write('x')",
        f"import os\nos.remove({str(kept)!r})",
        f"import os\nos.rename('code.py', {str(tmp_path / 'new')!r})",
        f"import os\nos.mkdir({str(tmp_path / 'new')!r})",
        f"import os\nos.symlink({str(kept)!r}, 'link')\nopen('link', 'w').write('x')",
        f"import shutil\nshutil.rmtree({str(tmp_path)!r})",
    ):
        ran = await run(code)
        assert not ran.passed, code
        assert "Permission" in ran.output or "Error" in ran.output
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert kept.read_text() == "mine"


async def test_the_environment_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    ran = await run("import os\nprint(sorted(os.environ), os.listdir(os.environ['HOME']))")
    assert "OPENAI_API_KEY" not in ran.output
    assert ran.output.strip().endswith("[]")


async def test_cancelling_ends_it() -> None:
    task = asyncio.create_task(run("import time\ntime.sleep(60)", Limits(seconds=60)))
    await asyncio.sleep(0.5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0.2)
    assert not [
        one for one in psutil.process_iter(["cmdline"]) if MARK in (one.info["cmdline"] or ())
    ]


async def test_a_command_that_is_not_there_is_a_failure() -> None:
    ran = await run_code({}, ["no-such-command"])
    assert not ran.passed
    assert "cannot be run" in ran.output or os.name == "nt"


@linux
async def test_what_is_the_user_s_own_is_not_read(tmp_path: Path) -> None:
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "id_ed25519").write_text("PRIVATE")
    for code in (
        f"print(open({str(tmp_path / '.ssh' / 'id_ed25519')!r}).read())",
        f"import os\nprint(os.listdir({str(tmp_path)!r}))",
        f"import os\nos.symlink({str(tmp_path / '.ssh')!r}, 'x')\nprint(os.listdir('x'))",
    ):
        ran = await run(code)
        assert not ran.passed, code
        assert "PermissionError" in ran.output


@linux
async def test_no_service_of_the_system_is_asked(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "docker.sock"))
        server.listen()
        path = str(tmp_path / "docker.sock")
        ran = await run(f"import socket\nsocket.socket(socket.AF_UNIX).connect({path!r})")
    assert not ran.passed
    assert "PermissionError" in ran.output


async def test_a_project_is_copied_without_what_is_private(tmp_path: Path) -> None:
    for name in (
        *(".git/config", ".env", "shop/basket.py", "node_modules/left/index.js"),
        "own/pyvenv.cfg",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("kept")
    (tmp_path / "out").symlink_to("/usr")
    listing = "import os\nprint(sorted(os.listdir()), open('shop/basket.py').read())"
    around = Surroundings(tmp_path.resolve(), reads=(tmp_path.resolve() / "node_modules",))
    ran = await run_code(
        {"code.py": f"{listing}\nopen('shop/basket.py', 'w')"},
        ["{python}", "code.py"],
        around=around,
    )
    assert ran.output == "['code.py', 'node_modules', 'shop'] kept\n"
    assert (tmp_path / "shop/basket.py").read_text() == "kept"


async def test_cancelling_while_a_project_is_copied_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "of-the-system"))
    (tmp_path / "of-the-system").mkdir()
    for number in range(2000):
        (tmp_path / "shop" / str(number)).mkdir(parents=True)
    around = Surroundings(tmp_path / "shop")
    task = asyncio.create_task(run_code({}, ["{python}"], around=around))
    while not any((tmp_path / "of-the-system").glob("*/shop/*")):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert list((tmp_path / "of-the-system").iterdir()) == []


@linux
@pytest.mark.parametrize("goes_on", [False, True])
async def test_who_leaves_the_others_ends_with_them(
    goes_on: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loose = tmp_path / "jail.py"  # as where processes cannot be kept together
    text = Path(jail.__file__).read_text(encoding="utf-8")
    loose.write_text(text.replace("        _apart()\n", "        pass\n"), encoding="utf-8")
    monkeypatch.setattr(jail, "__file__", str(loose))
    code = (
        "import os, time\n"
        "if os.fork() == 0:\n    os.setsid()\n"
        "    if os.fork() == 0:\n        os.close(1); os.close(2)\n        time.sleep(600)\n"
        "    os._exit(0)\n"
    )
    code += "time.sleep(600)\n" if goes_on else ""
    ran = await run(code, Limits(seconds=5))
    assert ran.ending == ("time" if goes_on else "ended")
    cmdlines = [
        one.info["cmdline"]
        for one in psutil.process_iter(["cmdline", "status"])
        if one.info["status"] != psutil.STATUS_ZOMBIE
    ]
    assert not [one for one in cmdlines if MARK in (one or ())]


@linux
def test_where_the_network_cannot_be_cut_off_that_is_said(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    class Libc:
        def unshare(self, spaces: int) -> int:
            return 0

    def refuse(*given: object, **named: object) -> None:
        raise PermissionError("as AppArmor does")

    monkeypatch.setattr(jail, "_libc", Libc)
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    monkeypatch.setattr(Path, "write_text", refuse)
    jail._apart()
    assert capfd.readouterr().err == f"jail: {jail.NOWHERE[0]}\n"


async def test_a_jail_that_dies_is_no_complete_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "jail.py").write_text("raise SystemExit('it died')")
    monkeypatch.setattr(jail, "__file__", str(tmp_path / "jail.py"))
    monkeypatch.setattr(sandbox, "_MISSING", [])
    with pytest.raises(DeskmateError, match=r"cannot be run apart .*: it died"):
        await sandbox.find_missing()


async def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    index = tmp_path / "node_modules" / "left" / "index.js"
    index.parent.mkdir(parents=True)
    index.write_text("kept")
    around = Surroundings(tmp_path.resolve())
    name = "node_modules/left/index.js"
    with pytest.raises(OSError, match="not in the copy"):
        await run_code({name: "other"}, ["{python}", "-c", ""], around=around)
    assert index.read_text() == "kept"
    assert (await run_code({name: "kept"}, ["{python}", "-c", ""], around=around)).passed


async def test_links_in_a_circle_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    listing = "import os\nprint(os.listdir())"
    around = Surroundings(tmp_path.resolve())
    assert (await run_code({}, ["{python}", "-c", listing], around=around)).output == "[]\n"


@linux
async def test_devices_that_hold_something_are_not_read() -> None:
    ran = await run("import os\nopen('/dev/urandom', 'rb').read(1)\nos.listdir('/dev')")
    assert "Permission denied: '/dev'" in ran.output
