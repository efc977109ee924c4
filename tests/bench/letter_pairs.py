"""Counts the letter pairs by which `cloud/entropy.py` tells keys from names.

    python tests/bench/letter_pairs.py > server/deskmate/cloud/letter_pairs.txt

What programmers write is taken from Python's standard library, which lies on every machine; what
keys are made of is drawn.
"""

from __future__ import annotations

import math
import random
import re
import string
import sysconfig
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from deskmate.cloud.entropy import SYMBOLS, folded

ALPHABETS = (
    string.ascii_letters + string.digits,
    string.ascii_letters + string.digits,
    string.ascii_letters + string.digits + "+/",
    string.ascii_letters + string.digits + "-_",
    string.ascii_lowercase + string.digits,
    string.ascii_uppercase + string.digits,
)


def main() -> None:
    written, drawn = count(names()), count(keys())
    print("# The evidence of letter pairs for randomness, in tenths of natural logarithms: a line")
    print(f"# for each first symbol, the second in the order {SYMBOLS}.")
    print("# Counted by tests/bench/letter_pairs.py.")
    for first in SYMBOLS:
        row = []
        for second in SYMBOLS:
            shares = [
                (pairs[first, second] + 1) / (sum(pairs[first, one] for one in SYMBOLS) + 29)
                for pairs in (drawn, written)
            ]
            row.append(round(10 * math.log(shares[0] / shares[1])))
        print(first, *(max(-40, min(25, one)) for one in row))


def names() -> Iterable[str]:
    """Every different run of characters, without the keys that are in the source, too."""
    library = Path(sysconfig.get_path("stdlib"))
    found: set[str] = set()
    for path in sorted(library.glob("*.py")) + sorted(library.glob("[a-s]*/*.py")):
        if "test" in path.parts or path.match("site-packages/*"):
            continue
        for token in re.findall(r"[A-Za-z0-9_+/=-]{6,}", path.read_text("utf-8", "replace")):
            found.add(token)
    return sorted(one for one in found if not re.fullmatch(r"[0-9A-Fa-f]{8,}", one))


def keys() -> Iterable[str]:
    chance = random.Random(1)
    for alphabet in ALPHABETS * 1000:
        yield "".join(chance.choices(alphabet, k=40))


def count(texts: Iterable[str]) -> Counter[tuple[str, str]]:
    return Counter(pair for text in texts for pair in pairwise(folded(text)))


if __name__ == "__main__":
    main()
