"""Who is answered: this machine's own user, by this machine's own names, from the console's own pages.

A web page elsewhere reaches loopback by a name that resolves to it (DNS rebinding), which the host name shows, or by
making the browser send a form (CSRF), which browsers say, and which lacks the token that only our pages have.
"""

import hmac
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Request

_OWN = {"127.0.0.1", "localhost", "::1"}
_CONNECTIONS = {"127.0.0.1": Path("/proc/net/tcp")}
_ROOT = 0
_TIME_WAIT = "06"
"""The state of a connection that has ended: nobody's, and so called root's, though another may have its port."""


class Guard:
    """The token of this process's forms, and the rules."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(32)

    def check(self, request: Request) -> None:
        """Let a request pass, or raise Forbidden, which says why."""
        host, origin = request.headers.get("Host", ""), request.headers.get("Origin", "")
        if _hostname(f"//{host}") not in _OWN:
            raise Forbidden("The console answers to 127.0.0.1 and localhost alone. Open it by that address.")
        site = request.headers.get("Sec-Fetch-Site", "none")
        if site not in ("none", "same-origin") or (origin and origin != f"http://{host}"):
            raise Forbidden("Another web page asked for this. Open the console by its own address.")
        if _is_of_somebody_else(request):
            raise Forbidden("Another user of this machine runs this console. Start one of your own.")

    def check_form(self, request: Request) -> None:
        """Let a form pass that one of our own pages has sent; raises Forbidden."""
        if not request.headers.get("Origin"):
            raise Forbidden("This form does not say which page it comes from. Send it from the console.")
        if not hmac.compare_digest(request.form.get("form_token", "").encode(), self.token.encode()):
            raise Forbidden("This form is from before the console was started. Load its page anew, and repeat.")


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:  # brackets that hold no address
        return None


def _is_of_somebody_else(request: Request) -> bool:
    """Tell whether Linux knows the connection to be of another user, but for root, who could read the keys anyway."""
    user = _user_of(request.environ.get("REMOTE_ADDR", ""), str(request.environ.get("REMOTE_PORT", "")))
    return user not in (None, _ROOT, os.getuid())


def _user_of(address: str, port: str) -> int | None:
    """Return the id of the user whose program has this end of a connection; None where the system does not tell.

    https://docs.kernel.org/networking/proc_net_tcp.html
    """
    try:
        lines = _CONNECTIONS[address].read_text(encoding="ascii").splitlines()[1:]
    except (OSError, KeyError):  # other systems than Linux have no such list
        return None
    end = f"0100007F:{int(port or 0):04X}"
    ends = (words for words in map(str.split, lines) if words[1] == end and words[3] != _TIME_WAIT)
    return next((int(words[7]) for words in ends), None)
