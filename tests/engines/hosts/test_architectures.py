"""A model of every kind that llama.cpp knows can be asked for an explanation and an edit: nothing
crashes, its own template is used, and no thoughts are shown or written.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from pathlib import Path

from run_architectures import BEGIN, END, PAGE
from tiny_models import ARCHITECTURES

USUAL = ("llama", "qwen2", "qwen3", "qwen35+heads", "gemma3", "phi3", "gpt-oss", "mamba2")
"""Of each way that llama.cpp remembers a prompt, and what is used most."""


def test_the_page_has_each_of_them() -> None:
    """`run_architectures.py --table` writes it anew."""
    table = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert set(re.findall(r"`([^`]+)`", table)) == set(ARCHITECTURES["architectures"])


def test_each_architecture_explains_and_edits() -> None:
    """Those, and as many others as each run draws: `run_architectures.py` takes all of them."""
    others = sorted(ARCHITECTURES["architectures"].keys() - set(USUAL))
    names = [*USUAL, *random.sample(others, len(USUAL))]
    script = Path(__file__).parents[2] / "run_architectures.py"
    done = subprocess.run([sys.executable, str(script), *names], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    ran = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["name"] for one in ran] == list(names)
    for one in ran:
        assert one["template"].startswith("<|im_start|>user\nHello<|im_end|>"), one
        for text in (one["explained"], one["edited"]):
            # In the middle of a line the word is a word, as where such a tag is explained.
            assert not text.lstrip().startswith("<think>"), one
            assert "</think>" not in text, one
