"""Pages of the repository become pages of the site: their links lead there, and their lists read alike."""

from pathlib import Path

import pytest

from local import ROOT
from local.site.links import broken
from local.site.lists import indented
from local.site.pages import BESIDES, adapted, staged

PLACES = {"docs/a.md": "a.md", "docs/p/b.md": "p/b.md", "README.md": "project/about.md"}


@pytest.mark.parametrize(
    ("source", "link", "there"),
    [
        ("docs/a.md", "[b](p/b.md#x)", "[b](p/b.md#x)"),
        ("docs/p/b.md", "[home](../../README.md)", "[home](../project/about.md)"),
        ("README.md", "[a](docs/a.md)", "[a](../a.md)"),
        ("docs/a.md", "[code](../local/ports.py)", "code"),
        ("docs/a.md", "[web](https://example.com/a)", "[web](https://example.com/a)"),
        ("docs/a.md", "[here](#below)", "[here](#below)"),
        ("docs/a.md", "```md\n[b](nowhere.md)\n```", "```md\n[b](nowhere.md)\n```"),
    ],
)
def test_links_follow_their_pages(source: str, link: str, there: str) -> None:
    """A link leads to where its page went; to a file that is not on the site there is none."""
    assert adapted(link, source, PLACES).rstrip() == there


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Text:\n- one\n- two\n", "Text:\n\n- one\n- two\n"),
        ("1. one\n   - a\n   - b\n2. two\n", "1. one\n    - a\n    - b\n2. two\n"),
        ("1. one\n\n   ```sh\n   a\n     b\n   ```\n\nEnd\n", "1. one\n\n    ```sh\n    a\n      b\n    ```\n\nEnd\n"),
        ("- one\n\n  more\n- two\n", "- one\n\n    more\n\n- two\n"),
        ("- one\n  goes on\n", "- one\n    goes on\n"),
        ("```\n- no list\n  at all\n```\n", "```\n- no list\n  at all\n```\n"),
    ],
)
def test_lists(written: str, read: str) -> None:
    """Two or three spaces make a level where MkDocs wants four, and samples stay as they are."""
    assert indented(written) == read


def test_samples_may_say_more_than_their_language() -> None:
    """A sample with a further word at its start is one on the site, too."""
    assert adapted("```logs functions\na\n```\n", "docs/a.md", PLACES) == "```logs\na\n```\n"


def test_all_pages_are_staged(tmp_path: Path) -> None:
    """Each page under docs/ comes, and those beside it, with the pictures."""
    staged(ROOT, tmp_path)

    pages = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.md")}
    assert pages == {*(str(path.relative_to(ROOT / "docs")) for path in ROOT.glob("docs/**/*.md")), *BESIDES.values()}
    assert (tmp_path / "pictures/merge.svg").exists()


def test_navigation_has_all_pages() -> None:
    """A page that is new is in the navigation, or the site would not be built."""
    navigation = (ROOT / "local/site/mkdocs.yml").read_text(encoding="utf-8").split("\nnav:")[1]
    pages = [*(str(path.relative_to(ROOT / "docs")) for path in ROOT.glob("docs/**/*.md")), *BESIDES.values()]

    assert [page for page in pages if page not in navigation] == []


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<a href="b.html">b</a>', "a.html: no b.html"),
        ('<a href="#x">x</a>', "a.html: no heading #x"),
        ('<img src="pictures/c.svg">', "a.html: no pictures/c.svg"),
        (
            '<script src="https://cdn.example.com/a.js"></script>',
            "a.html: asks another machine for https://cdn.example.com/a.js",
        ),
        (
            '<link rel="stylesheet" href="//fonts.example.com/a.css">',
            "a.html: asks another machine for //fonts.example.com/a.css",
        ),
    ],
)
def test_faults_are_found(tmp_path: Path, html: str, fault: str) -> None:
    """What leads nowhere, and what is fetched from elsewhere, ends the building of the site."""
    (tmp_path / "a.html").write_text(html)

    assert broken(tmp_path) == [fault]


def test_good_pages_have_no_faults(tmp_path: Path) -> None:
    """A link to another site is a link, and fetches nothing."""
    (tmp_path / "a.html").write_text('<h2 id="x">X</h2><a href="#x">x</a><a href="https://example.com">e</a>')

    assert broken(tmp_path) == []


def test_styles_from_elsewhere_are_found(tmp_path: Path) -> None:
    """A font of another machine is one too many."""
    (tmp_path / "a.css").write_text("@font-face { src: url(https://fonts.example.com/a.woff2) }")

    assert broken(tmp_path) == ["a.css: a style sheet asks another machine"]
