"""Finding the programs of the system's."""

from __future__ import annotations

import shutil
from pathlib import Path

from deskmate.files.disk import in_home


def find_program(wanted: str) -> Path | None:
    """The program of that name on the PATH, or in that file; None where there is none. What lies in
    the folder that this runs in, a project's, is not meant by a name, though Windows looks there.
    """
    home = wanted.startswith("~")
    found = shutil.which(in_home(wanted) if home else wanted)  # Path loses a "./"
    if found is None or (Path(wanted).name == wanted and not Path(found).is_absolute()):
        return None
    return Path(found).absolute()
