"""Whether all links of built pages lead somewhere, and whether a page asks another machine for anything."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "use": "href"}
_NOT_LOADED = {"canonical", "prev", "next"}
_URL = re.compile(r"url\(\s*[\"']?(https?:)?//|@import\s+[\"'](https?:)?//")


@dataclass
class _Page(HTMLParser):
    """What a page links to, what it loads, and the anchors that it has."""

    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.anchors |= {found[name] for name in ("id", "name") if name in found}
        loaded = found.get(_LOADED.get(tag, ""), "")
        if loaded and found.get("rel") not in _NOT_LOADED:
            self.loads.append(loaded)
        if tag == "a" and "href" in found:
            self.links.append(found["href"])


def broken(folder: Path) -> list[str]:
    """Give a line for each fault of the site in the folder: a link to nothing, or something from another machine."""
    pages = {path.resolve(): _read(path) for path in sorted(folder.rglob("*.html"))}
    faults = [f"{path.relative_to(folder.resolve())}: {fault}" for path in pages for fault in _faults(path, pages)]
    styles = [path for path in folder.rglob("*.css") if _URL.search(path.read_text(encoding="utf-8"))]
    return [*faults, *(f"{path.relative_to(folder)}: a style sheet asks another machine" for path in styles)]


def _faults(path: Path, pages: dict[Path, _Page]) -> Iterator[str]:
    page = pages[path]
    yield from (f"asks another machine for {loaded}" for loaded in page.loads if urlsplit(loaded).netloc)
    for link in [*page.links, *page.loads]:
        place = urlsplit(link)
        if place.scheme or place.netloc:
            continue
        target = (path.parent / unquote(place.path)).resolve() if place.path else path
        target = target / "index.html" if target.is_dir() else target
        if path.name == "404.html":  # it is shown at any address, and its links begin at the root
            continue
        if not target.exists():
            yield f"no {link}"
        elif place.fragment and target in pages and unquote(place.fragment) not in pages[target].anchors:
            yield f"no heading {link}"


def _read(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page
