"""Files in the form of HumanEvalPack, with one small function of our own in each."""

from __future__ import annotations

import json
from pathlib import Path

PACK = Path(__file__).parent / "pack"
CLAMP: dict[str, dict[str, str]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in PACK.glob("*.jsonl")
}
"""The function in each language: right, with a bug, and its tests."""
