"""How much of what people write is found, and how much is taken for a secret that is none: lines of
`tests/cases/redaction`, written without a look at the rules. The rules were tuned on one half.

    python tests/cloud/measure_redaction.py [tuned|unseen] [--show]
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

from deskmate.cloud.redaction import redact

CASES = Path(__file__).parents[1] / "cases" / "redaction"

SECRET = re.compile("⟦(.*?)⟧", re.DOTALL)


def read(name: str) -> list[str]:
    """The lines of a file of cases."""
    lines = (CASES / f"{name}.txt").read_text(encoding="utf-8").splitlines()[1:]
    return [line.replace("\\n", "\n") for line in lines]


def missed(half: str) -> tuple[Counter[str], list[str]]:
    """How many secrets there are of each kind, and `kind|line` of those that would leave."""
    total, left = Counter[str](), []
    for line in read(f"everyday-{half}"):
        kind, _, text = line.partition("|")
        secret = SECRET.findall(text)[0]
        total[kind] += 1
        if secret in redact([SECRET.sub(r"\1", text)], personal=True).texts[0]:
            left.append(line)
    return total, left


def taken(half: str) -> tuple[int, list[str]]:
    """How many harmless lines there are, and those of which something is taken out."""
    lines = read(f"lookalikes-{half}")
    return len(lines), [line for line in lines if redact([line], personal=True).placeholders]


if __name__ == "__main__":
    for half in sys.argv[1:2] or ("tuned", "unseen"):
        total, left = missed(half)
        kinds = Counter(line.partition("|")[0] for line in left)
        count, wrong = taken(half)
        print(
            f"{half}: {total.total() - len(left)} of {total.total()} found; {len(wrong)} of "
            f"{count} harmless lines taken"
        )
        print("  " + ", ".join(f"{kind} {n - kinds[kind]} of {n}" for kind, n in total.items()))
        if "--show" in sys.argv:
            print(*left, *(f"    {line}" for line in wrong), sep="\n")
