"""The console's pages: plain HTML, no script, and at the same address JSON for programs that ask for it."""

import html
from collections.abc import Iterable, Mapping
from typing import Any

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
nav a { margin-right: 1rem; }
article { border: 1px solid GrayText; border-radius: .5rem; padding: .8rem 1rem; margin: 1rem 0; }
article { overflow-wrap: anywhere; }
pre { white-space: pre-wrap; font: inherit; }
dt { font-weight: bold; } dd { margin: 0 0 .6rem; }
a:focus-visible { outline: 3px solid #7aa7ff; }
"""


_FRAME = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title} · Symbolon</title>
<style>{style}</style>
<nav><a href="/">Overview</a><a href="/mail">Mail</a></nav>
<main>
<h1>{title}</h1>
{body}
</main>
"""


def page(title: str, body: str) -> str:
    """Return a whole page."""
    return _FRAME.format(title=html.escape(title), style=_STYLE, body=body)


def overview(facts: Mapping[str, str]) -> str:
    """Return the page that says what is served, and which providers are set up."""
    listed = "".join(f"<dt>{html.escape(name)}</dt><dd>{html.escape(text)}</dd>" for name, text in facts.items())
    return page("Overview", f"<dl>{listed}</dl>")


def mail(letters: Iterable[Mapping[str, Any]]) -> str:
    """Return the page with the letters that were sent, the newest first."""
    shown = "\n".join(map(_letter, letters))
    return page("Mail", shown or "<p>No letter was sent yet. Ask for one: POST /v2/account/password/forgot.</p>")


def _letter(letter: Mapping[str, Any]) -> str:
    to, subject = html.escape(", ".join(letter["to"])), html.escape(letter["subject"])
    return (
        f"<article><h2>{subject}</h2><p>To {to}, {letter['time']}</p><pre>{html.escape(letter['text'])}</pre></article>"
    )
