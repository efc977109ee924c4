"""As much of the Hugging Face hub as a download needs, with the faults that downloads meet."""

from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class HubServer:
    """Serves `files` by their path below the address (`/REPO/resolve/REVISION/FILE`), and says by
    its API what there is of each repository (`put`).

    `cut_after` bytes of each answer the connection breaks. `asked` are the requests, such as
    "GET /a/b 0-". A path that is not there is answered with 404, and where it does not know ranges
    a part of a file with the whole. `gated` repositories are given to those with the `token` alone;
    of one that is not there or not for them it says 401, as the hub does. `tokens` are those that
    came with requests. A path of `elsewhere` is at that URL, as large files are. Not every
    mirror says checksums.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.gated: set[str] = set()
        self.token = "hf_right"
        self.tokens: set[str] = set()
        self.licences: dict[str, str] = {}
        self.elsewhere: dict[str, str] = {}
        self.says_checksums = True
        self.cut_after: int | None = None
        self.knows_ranges = True
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> HubServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def put(self, repo: str, revision: str, **files: bytes) -> None:
        """Adds files to a repository at a revision, by their names."""
        for name, content in files.items():
            self.files[f"/{repo}/resolve/{revision}/{name}"] = content

    def describe(self, path: str) -> object:
        """What the API says at a path below `/api/models/`; None where nothing is."""
        owner, name, *rest = path.split("/")
        repo = f"{owner}/{name}"
        paths = [one.split("/") for one in self.files if one.startswith(f"/{repo}/resolve/")]
        revisions = list(dict.fromkeys(parts[4] for parts in paths))
        if not revisions:
            return None
        if rest[:1] == ["tree"]:
            return [
                {
                    "type": "file",
                    "path": "/".join(parts[5:]),
                    "size": len(content := self.files["/".join(parts)]),
                    "oid": "0" * 40,
                    "lfs": {
                        "oid": hashlib.sha256(content).hexdigest(),
                        "size": len(content),
                        "pointerSize": 134,
                    }
                    if self.says_checksums
                    else None,
                }
                for parts in paths
                if parts[4] == rest[1]
            ]
        card = {"license": self.licences.get(repo, "apache-2.0")}
        return {"id": repo, "sha": revisions[-1], "cardData": card, "siblings": []}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"


def _handler(hub: HubServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, *, with_body: bool) -> None:
            wanted = self.headers.get("Range", "").removeprefix("bytes=")
            hub.asked.append(f"{self.command} {self.path} {wanted}".strip())
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            hub.tokens.update(filter(None, [token]))
            path = self.path.partition("?")[0]
            if path.startswith("/api/models/"):
                said = hub.describe(path.removeprefix("/api/models/"))
                if said is None:
                    self._refuse(401, "RepoNotFound")
                    return
                self._say(json.dumps(said).encode())
                return
            content = hub.files.get(self.path)
            if content is None:
                self._refuse(404, "EntryNotFound")
                return
            if "/".join(path.split("/")[1:3]) in hub.gated and token != hub.token:
                self._refuse(403 if token else 401, "GatedRepo")
                return
            if path in hub.elsewhere:
                self.send_response(302)
                self.send_header("Location", hub.elsewhere[path])
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            wanted = wanted if hub.knows_ranges else ""
            size = len(content)
            begin, _, end = wanted.partition("-") if wanted else ("0", "", "")
            start = int(begin)
            if wanted and start >= size:
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{size}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            content = content[: int(end) + 1] if end else content
            self.send_response(206 if wanted else 200)
            self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
            self.send_header("X-Repo-Commit", self.path.split("/")[4])
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(len(content) - start))
            if wanted:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{size}")
            self.end_headers()
            if with_body:
                self.wfile.write(content[start:][: hub.cut_after])
                self.close_connection = True

        def _say(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _refuse(self, status: int, code: str) -> None:
            self.send_response(status)
            self.send_header("X-Error-Code", code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is logged."""

    return Handler
