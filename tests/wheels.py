"""Wheels for tests, which a folder in the place of the package registry has for pip."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path


def put_wheel(
    folder: Path, name: str, members: Mapping[str, bytes | str], version: str = "1", about: str = ""
) -> Path:
    """The wheel of a package with these `members`; `about` are more lines of its metadata."""
    name = name.replace("-", "_")
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{about}"
    kind = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {f"{info}/METADATA": metadata, f"{info}/WHEEL": kind}
    record = "".join(f"{one},,\n" for one in (*members, *files, f"{info}/RECORD"))
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, content in {**members, **files, f"{info}/RECORD": record}.items():
            archive.writestr(path, content)
    return wheel
