"""Letters: a file for each kind and language, filled in, as text and as HTML.

A file begins with "Subject: …" and an empty line. Its paragraphs have $names; what is filled in is never markup. The
HTML is the same paragraphs in layout.html. A studio's own folder comes first, so that it may hold a few files only.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Template

from symbolon.errors import Misconfigured

DEFAULT_LANGUAGE = "en"

_LIKE_AN_ADDRESS = re.compile(r"[./:@\\]")
_CHOSEN = ("username", "device")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True)
class Letter:
    """What goes out: a subject, and a body twice."""

    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


def write(kind: str, language: str, values: Mapping[str, str], folders: tuple[Path, ...]) -> Letter:
    """Return the letter of a kind in the language (RFC 5646, "en" where there is none in it), filled with `values`.

    A username, and what a device calls itself, somebody has chosen, who may have the letter sent to somebody else: they
    come without what could look like an address, and `link` alone becomes a link. Raises Misconfigured when no
    folder has the letter, or when a studio's own asks for a value that there is not.
    """
    template, layout = _template(kind, language, folders), _template("layout.html", language, folders)
    clean = {name: " ".join(value.split()) for name, value in values.items()}
    clean |= {name: _LIKE_AN_ADDRESS.sub(" ", clean.get(name, "")) for name in _CHOSEN}
    try:
        subject, _, text = Template(template).substitute(clean).partition("\n\n")
        body = "\n".join(f"<p>{_paragraph(part, clean.get('link', ''))}</p>" for part in text.strip().split("\n\n"))
        return Letter(
            subject=subject.removeprefix("Subject:").strip(),
            text=text.strip() + "\n",
            html=Template(layout).substitute(body=body, language=html.escape(language), subject=html.escape(subject)),
        )
    except (KeyError, ValueError) as error:
        raise Misconfigured(f"letters: {kind} has a $name that no value has") from error


def _paragraph(text: str, link: str) -> str:
    """Return a paragraph as HTML: the link is one, a line that is a code alone stands out."""
    escaped, target = html.escape(text), html.escape(link)
    if re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}", text):
        return f'<span class="code">{escaped}</span>'
    linked = escaped.replace(target, f'<a href="{target}">{target}</a>') if target else escaped
    return linked.replace("\n", "<br>\n")


def _template(kind: str, language: str, folders: tuple[Path, ...]) -> str:
    name = kind if "." in kind else f"{kind}.txt"
    for path in _places(name, language, folders):
        text = _content(path)
        if text:
            return text
    raise Misconfigured(f"letters: there is no {name}")


def _places(name: str, language: str, folders: tuple[Path, ...]) -> Iterator[Path]:
    found = _LANGUAGE.match(language.lower())
    for one in dict.fromkeys([found[0] if found else DEFAULT_LANGUAGE, DEFAULT_LANGUAGE]):
        yield from (folder / one / name for folder in folders)
    yield from (folder / name for folder in folders)


@cache
def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
