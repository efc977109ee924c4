"""Cases that are written down in Markdown: each begins with a heading of the second level."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet


def read_cases(folder: Path) -> Iterator[ParameterSet]:
    """The file and the text of each case of a folder, named after its file and its heading."""
    for file in sorted(folder.glob("*.md")):
        for part in re.split(r"^(?=## )", file.read_text(encoding="utf-8"), flags=re.M)[1:]:
            title = part.partition("\n")[0].removeprefix("## ")
            yield pytest.param(file, part, id=f"{file.stem}: {title}")
