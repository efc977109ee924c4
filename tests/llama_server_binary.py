"""A real `llama-server`: Debian's, for its stable release has none yet."""

from __future__ import annotations

import shutil
from pathlib import Path

import platformdirs

from debian_packages import NotHere, unpack, write_starter

__all__ = ["NotHere", "llama_server"]

RELEASE = "forky"


def llama_server() -> Path:
    """A program that is started as llama-server is. Raises NotHere."""
    found = shutil.which("llama-server")
    if found:
        return Path(found)
    folder = platformdirs.user_cache_path("deskmate-tests") / f"llama-server-{RELEASE}"
    program = folder / "llama-server"
    if not program.exists():
        root = unpack("llama.cpp-tools", RELEASE, folder)
        [libraries] = (root / "usr" / "lib").glob("*-linux-gnu")
        [parts] = (libraries / "ggml").iterdir()  # llama.cpp looks for them where it is started
        for name in ("llama-quantize", program.name):  # `make bench` remakes a model with the first
            binary, place = root / "usr" / "bin" / name, folder / name
            write_starter(place, binary, root, f'cd "{parts}" &&', libraries / "llama")
    return program


if __name__ == "__main__":
    try:
        print(llama_server())
    except NotHere as reason:
        print(f"Tests of a llama-server of the user's own are left out: {reason}")
