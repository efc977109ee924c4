"""URIs of documents, and the paths of files that some of them mean."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, unquote_to_bytes, urlsplit


def file_path(uri: str) -> Path | None:
    """The path of a `file:` URI; None for any other, and for one that can be no file's."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None  # a host in brackets that is none
    if parts.scheme != "file" or not parts.path:
        return None
    path = local_path(parts.netloc, parts.path, windows=os.name == "nt")
    return Path(path) if "\0" not in path else None


def file_uri(path: Path) -> str:
    """The URI of a file, which need not exist; a relative path starts in the current folder."""
    return path.absolute().as_uri()


def name_in(uri: str) -> str:
    """The last part of a URI's path, as a file's name; "" where it has none."""
    try:
        return PurePosixPath(unquote(urlsplit(uri).path)).name
    except ValueError:
        return ""


def file_name(uri: str) -> str:
    """The last part of a URI, for people and models to read."""
    return name_in(uri) or "untitled"


def uri_key(uri: str) -> str:
    """The same for every way to write a URI: editors differ in what they encode (`c%3A`, `C:`)."""
    path = file_path(uri)
    return unquote(uri) if path is None else f"file:{os.path.normcase(path)}"


def local_path(host: str, path: str, *, windows: bool) -> str:
    """What the path of a `file:` URI is called on this system. Bytes that are no UTF-8 are those of
    the file's name, as `os.fsdecode` has them.
    """
    name = unquote_to_bytes(path.encode("utf-8", "surrogatepass")).decode(
        "utf-8", "surrogateescape"
    )
    if host and host.lower() != "localhost":
        name = f"//{host}{name}"
    if windows:
        # Some write the drive's colon as a bar.
        name = re.sub(r"^/+([A-Za-z])[:|](?=/|$)", r"\1:", name)
    return name
