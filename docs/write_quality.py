"""Measures the models of docs/quality.toml and writes docs/quality.md. Stopped, it goes on where it
was; with `--limit` the page goes to build/quality.md, for it is a sample. With `--recorded` nothing
is measured: what docs/quality-projects.jsonl has is put into the page that is there.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import tomllib
from pathlib import Path

from deskmate.cli.eval import Options, Telling, evaluate
from deskmate.errors import DeskmateError
from deskmate.evaluation.quality import quality_page, with_projects

DOCS = Path(__file__).parent
BUILD = DOCS.parent / "build"


def main() -> int:
    """Exit code 1 where nothing could be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="where HumanEvalPack lies")
    parser.add_argument("--limit", type=int, default=0, help="so many tasks for each model")
    parser.add_argument("--minutes", type=float, default=56, help="for all models together")
    parser.add_argument("--recorded", action="store_true", help="measure nothing")
    chosen = parser.parse_args()
    if chosen.recorded:
        _write(DOCS / "quality.md", (DOCS / "quality.md").read_text(encoding="utf-8"))
        return 0
    book = tomllib.loads((DOCS / "quality.toml").read_text(encoding="utf-8"))
    models, ends = book["models"], time.monotonic() + chosen.minutes * 60
    BUILD.mkdir(exist_ok=True)
    runs = []
    try:
        for at, model in enumerate(models):
            options = Options(
                suites=(),
                data=chosen.data,
                model=model,
                against="bare",
                half="unseen",
                limit=chosen.limit,
                minutes=max(0.01, (ends - time.monotonic()) / 60 / (len(models) - at)),
                resume=True,
                run_code=True,
            )
            runs.append(evaluate(options, Telling(html_file=str(BUILD / f"{model}.html"))))
    except DeskmateError as error:
        print(error, file=sys.stderr)
        return 1
    _write((BUILD if chosen.limit else DOCS) / "quality.md", quality_page(runs, book))
    return 0


def _write(page: Path, text: str) -> None:
    lines = (DOCS / "quality-projects.jsonl").read_text(encoding="utf-8").splitlines()
    text = with_projects(text, map(json.loads, lines))
    page.write_text(text, encoding="utf-8", newline="\n")
    print(f"Wrote {page}.", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
