"""The repository's Markdown as the site's: where each page goes, and links that lead to where it went."""

import posixpath
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from local.site.lists import indented

BESIDES = {
    "README.md": "project/about.md",
    "CHANGELOG.md": "project/changelog.md",
    "DECISIONS.md": "project/decisions.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "SECURITY.md": "project/security.md",
    "examples/studio-api/README.md": "examples/studio-api.md",
    "examples/web-game/README.md": "examples/web-game.md",
}
"""Pages from outside docs/, by where they go."""

_FENCE = re.compile(r"^( *```\w+) .*$", re.MULTILINE)
"""The start of a sample that says more than its language, which MkDocs takes for no sample."""

_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


def staged(root: Path, folder: Path) -> None:
    """Write the repository's pages, and the files beside them, into an empty folder for MkDocs."""
    places = {str(path.relative_to(root)): str(path.relative_to(root / "docs")) for path in root.glob("docs/**/*.*")}
    places |= {source: place for source, place in BESIDES.items() if (root / source).exists()}
    for source, place in places.items():
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.endswith(".md"):
            text = (root / source).read_text(encoding="utf-8")
            target.write_text(adapted(text, source, places), encoding="utf-8")
        else:
            shutil.copyfile(root / source, target)


def adapted(text: str, source: str, places: Mapping[str, str]) -> str:
    """Give a page's text for MkDocs; `places` tells where the repository's files went, and what has none is no link."""
    parts = re.split(r"(^ *```.*?^ *```)", text, flags=re.MULTILINE | re.DOTALL)
    linked = [
        part if at % 2 else _LINK.sub(lambda found: _link(found, source, places), part) for at, part in enumerate(parts)
    ]
    return indented(_FENCE.sub(r"\1", "".join(linked)))


def _link(found: re.Match[str], source: str, places: Mapping[str, str]) -> str:
    """Give a link that leads to the same page on the site; its words alone where the site does not have that."""
    mark, words, address = found[1], found[2], found[3]
    path, hash_, anchor = address.partition("#")
    if not path or "://" in path or path.startswith("mailto:"):
        return found[0]
    target = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
    if target not in places:
        return words
    place = posixpath.relpath(places[target], posixpath.dirname(places[source]) or ".")
    return f"{mark}[{words}]({place}{hash_}{anchor})"
