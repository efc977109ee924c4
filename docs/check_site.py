"""Says what in `site/` leads nowhere: links, anchors and pictures; and what would be loaded from
another machine when a page is opened. Exit code 1 where there is any.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

SITE = Path(__file__).parents[1] / "site"
LOADED = {"script": "src", "img": "src", "iframe": "src", "link": "href", "source": "src"}


@dataclass
class Page(HTMLParser):
    """What a page links to, what it loads, and the anchors that it has."""

    file: Path
    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called for each tag of the page."""
        given = {name: value for name, value in attrs if value}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        only_named = given.get("rel") in ("canonical", "prev", "next", "alternate")
        if tag in LOADED and LOADED[tag] in given and not only_named:
            self.loaded.append(given[LOADED[tag]])


def main() -> int:
    """Exit code 1 where something leads nowhere."""
    pages = {file: Page(file) for file in sorted(SITE.rglob("*.html"))}
    own = [page for file, page in pages.items() if file.name != "404.html"]
    wrong = [
        f"{page.file.relative_to(SITE)}: {link} {why}"
        for page in own
        for link in dict.fromkeys((*page.links, *page.loaded))
        if (why := _problem(page, link, pages))
    ]
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    return bool(wrong) or not own


def _problem(page: Page, link: str, pages: dict[Path, Page]) -> str:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        outside = parts.scheme != "data" and link in page.loaded
        return "is loaded from another machine" if outside else ""
    target = (page.file.parent / unquote(parts.path)).resolve() if parts.path else page.file
    target = target / "index.html" if target.is_dir() else target
    if not target.is_file() or SITE not in target.parents:
        return "is not there"
    anchors = pages[target].anchors if target in pages else set()
    return "" if not parts.fragment or unquote(parts.fragment) in anchors else "has no such anchor"


if __name__ == "__main__":
    sys.exit(main())
