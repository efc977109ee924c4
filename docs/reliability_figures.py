"""The tables of docs/reliability.md from docs/reliability.toml, in which the benches keep what they
measured.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("reliability.toml")

MARK = "<!-- Written by docs/generate.py from reliability.toml: {}. -->"


def make_tables() -> dict[str, str]:
    """The text that stands below each mark."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        MARK.format(name): f"{_say_where(data[name])}\n\n{make(data[name])}"
        for name, make in _TABLES.items()
        if name in data
    }


def _say_where(part: Mapping[str, Any]) -> str:
    return (
        f"Measured on {part['date']} ({part['machine']}; as a mean {part['load']:g} processes "
        "wanted to run):"
    )


def _make_silence(part: Mapping[str, Any]) -> str:
    rows = [
        f"| {row['characters']:,} of {row['text'].replace('-', ' ')} | {row['step']} ms "
        f"| {row['held']} ms | {row['silence']} ms | {row['echo']} ms "
        f"| {row['silence'] / max(1, row['echo']):.1f} |\n"
        for row in part["rows"]
    ]
    head = "| characters | longest step of the loop | held | longest wait | bare echo | ratio |\n"
    return head + "|---|---|---|---|---|---|\n" + "".join(rows)


def _make_memory(part: Mapping[str, Any]) -> str:
    rows = [f"| {row['when']} | {row['megabytes']} MB |\n" for row in part["rows"]]
    return "| a server with 10,000 lines of Python | memory |\n|---|---|\n" + "".join(rows)


def _make_fuzz(part: Mapping[str, Any]) -> str:
    rows = [
        f"| {row['way']} | {row['answered']:,} | {_tell(row['answers'])} "
        f"| {', '.join(map(str, row['megabytes']))} |\n"
        for row in part["rows"]
    ]
    head = "| over | answered | of these | MB after each tenth |\n|---|---|---|---|\n"
    return head + "".join(rows)


def _tell(answers: Mapping[str, int]) -> str:
    named = {"result": "a result", "-32601": "no such method", "-32602": "wrong parameters"}
    ranked = sorted(answers.items(), key=lambda one: -one[1])
    return ", ".join(f"{count:,} {named.get(kind, kind)}" for kind, count in ranked)


_TABLES = {"silence": _make_silence, "memory": _make_memory, "fuzz": _make_fuzz}
