"""The documentation fits together: links lead somewhere, the index lists every page, the drawing has every room."""

import re
import tomllib
from pathlib import Path

import pytest

from local import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("events/*.md")])
FLOORS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"][0]
LINK = re.compile(r"\]\(([^)\s]+)\)")


def text_of(page: Path) -> str:
    """Give what a page says outside its samples of code."""
    return re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)


def anchors(page: Path) -> set[str]:
    """Give the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """A link to a file of this repository is to one that there is, and to a heading that it has."""
    for link in LINK.findall(text_of(page)):
        place, _, anchor = link.partition("#")
        if "://" in place or place.startswith("mailto:"):
            continue
        target = (page.parent / place).resolve() if place else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_index_lists_every_page() -> None:
    """Whoever opens docs/README.md finds every page there."""
    index = ROOT / "docs/README.md"
    listed = {(index.parent / link.partition("#")[0]).resolve() for link in LINK.findall(text_of(index))}

    assert [str(page) for page in ROOT.glob("docs/**/*.md") if page != index and page not in listed] == []


def test_the_drawing_has_every_room() -> None:
    """The page on the architecture draws the very rooms and floors that the imports are checked against."""
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    drawing = "\n duties " + page.split("\n duties ", 1)[1].split("```", 1)[0]
    floors = [set(re.findall(r"(?:^ |  )([a-z]+)(?=   )", floor, re.MULTILINE)) for floor in drawing.split("───\n")]

    assert floors == [set(re.findall(r"\w+", floor)) for floor in FLOORS["layers"]]
