"""What pages are dressed in: the style sheet, and htmx, which puts parts of pages into their places."""

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from local.console.rendering import STATIC
from local.console.visit import Visit

_TYPES = {
    "htmx.LICENSE.txt": "text/plain; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "style.css": "text/css; charset=utf-8",
}


def show(_visit: Visit, name: str) -> Response:
    """Answer with one of the files."""
    if name not in _TYPES:
        raise NotFound
    response = Response((STATIC / name).read_bytes(), content_type=_TYPES[name])
    response.headers["Cache-Control"] = "private, max-age=600"
    return response
