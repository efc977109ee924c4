"""A language server that writes down what its client can do, and nothing else."""

import json
import sys
from pathlib import Path


def main() -> None:
    """Reads one `initialize`, and waits to be ended."""
    length = 0
    while line := sys.stdin.buffer.readline().strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    params = json.loads(sys.stdin.buffer.read(length))["params"]
    said = {key: params.get(key) for key in ("clientInfo", "capabilities")}
    text = json.dumps(said, indent=2, sort_keys=True) + "\n"
    half = Path(f"{sys.argv[1]}.half")
    half.write_text(text, encoding="utf-8")
    half.replace(sys.argv[1])
    sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
