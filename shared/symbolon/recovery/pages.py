"""The pages to which letters' links lead: forms that need no script, and answers in words.

Nothing that a page shows was written by anybody but us, except for the address and the code of its own link, which are
escaped. No page tells whether an address has an account.
https://cheatsheetseries.owasp.org/cheatsheets/Forgot_Password_Cheat_Sheet.html
"""

import base64
import hashlib
import html
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Template

from symbolon.api.responses import Page
from symbolon.errors import SymbolonError

RECOVER_START = """$notice<p>Type the address with which you sign in. We send a code to it.</p>
<form method="post" action="/recover">
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="email" required value="$email">
<button name="step" value="ask">Send me a code</button>
</form>"""

RECOVER_FINISH = """$notice<form method="post" action="/recover">
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="username" required value="$email">
<label for="code">Code from the letter</label>
<input id="code" name="code" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" required
 placeholder="XXXX-XXXX" value="$code">
<label for="password">New password, at least 8 characters</label>
<input id="password" name="password" type="password" autocomplete="new-password" minlength="8" required>
<p><input id="others" name="unlink_others" type="checkbox" value="yes">
<label for="others">Somebody else may be in my account: remove all other ways in, devices too.</label></p>
<button name="step" value="finish">Set the new password</button>
</form>
<p><a href="/recover">Send another code</a></p>"""

CODE_FORM = """$notice<form method="post" action="/$page">
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="email" required value="$email">
<label for="code">Code from the letter</label>
<input id="code" name="code" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" required
 placeholder="XXXX-XXXX" value="$code">
<button>$button</button>
</form>"""


def page(title: str, body: str, values: Mapping[str, str], error: SymbolonError | None = None) -> Page:
    """Return a whole page: `body` with the values, escaped, in its places; and what went wrong, if anything did."""
    safe = {name: html.escape(value) for name, value in values.items()}
    told = f'<p class="notice" role="alert">{html.escape(error.message)}</p>\n' if error else ""
    filled = Template(body).safe_substitute({"notice": told, **safe})
    return Page(_layout().substitute(title=html.escape(title), body=filled), _style(), error)


def words(title: str, text: str, error: SymbolonError | None = None) -> Page:
    """Return a page that says one thing."""
    return Page(_layout().substitute(title=html.escape(title), body=f"<p>{html.escape(text)}</p>"), _style(), error)


@cache
def _layout() -> Template:
    return Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))


@cache
def _style() -> str:
    """Return the style sheet's hash: https://www.w3.org/TR/CSP3/#match-element-to-source-list."""
    sheet = _layout().template.partition("<style>")[2].partition("</style>")[0]
    return "sha256-" + base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
