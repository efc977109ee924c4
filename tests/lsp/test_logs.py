"""The log: nobody waits for whoever reads it."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path

import pytest

from deskmate.lsp.logs import WAITING, Writer


def log_of(handler: logging.Handler) -> logging.Logger:
    logger = logging.Logger("some")
    logger.addHandler(handler)
    return logger


def test_what_is_logged_is_there_once_the_log_is_closed(tmp_path: Path) -> None:
    writer = Writer(str(tmp_path / "log"))
    for number in range(500):
        log_of(writer).warning("line %d", number)
    writer.close()
    assert len((tmp_path / "log").read_text(encoding="utf-8").splitlines()) == 500
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o600


def test_no_line_fails_whoever_logs_it(tmp_path: Path) -> None:
    writer = Writer(str(tmp_path / "log"))
    log_of(writer).warning("%d files", "no")
    log_of(writer).warning("a name of bytes: \udcff")
    writer.close()
    assert (tmp_path / "log").read_text(encoding="utf-8") == "a name of bytes: \\udcff\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_nobody_waits_for_an_editor_that_reads_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "log")  # which nobody opens
    threads = threading.active_count()
    writer = Writer(str(tmp_path / "log"))
    for _ in range(2 * WAITING):
        log_of(writer).warning("one more line")
    assert threading.active_count() == threads + 1
    with (tmp_path / "log").open(encoding="utf-8") as lines:
        writer.close()
        assert lines.readline() == "one more line\n"


def test_a_log_that_cannot_be_written_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    writer = Writer(str(tmp_path / "none" / "log"))
    log_of(writer).warning("line")
    writer.close()
    assert f"The log cannot go to {tmp_path / 'none' / 'log'}: No such file" in caplog.text
    assert "line" in capsys.readouterr().err
