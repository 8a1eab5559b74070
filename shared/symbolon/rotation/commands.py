"""What an operator asks for: to see the keys of the rings, to rotate one now, to take out a key that leaked.

Events have an `action`, list, rotate, retire, or ensure after keys were put into a secret by hand; and `ring` and `kid`
where they name one. `make keys` sends them. Answers show no key.
"""

from collections.abc import Mapping
from typing import Any

from symbolon.errors import InvalidArgument, NotFound
from symbolon.rotation import vault
from symbolon.rotation.ensuring import ensure_rings, put
from symbolon.rotation.rings import Ring, arns, ring_of
from symbolon.settings.settings import Settings


def obey(event: Mapping[str, Any], settings: Settings) -> list[dict[str, Any]]:
    """Do what the event asks for and return what there is of the keys by then: of all rings, or of the one it names."""
    if event.get("action") == "list":
        return [key for name, arn in arns().items() for key in _listed(name, vault.read_current(arn), settings)]
    if event.get("action") == "ensure":
        ensure_rings(settings, is_first=False)
        return obey({"action": "list"}, settings)
    name = str(event.get("ring"))
    if name not in arns() or event.get("action") not in ("rotate", "retire"):
        raise InvalidArgument("One of list, ensure, rotate and retire, and one of session, refresh and http.")
    ring, arn = ring_of(name, settings), arns()[name]
    changed = _changed(ring, vault.read_current(arn), event)
    put(ring, arn, changed)
    return _listed(name, changed, settings)


def _changed(ring: Ring, current: str, event: Mapping[str, Any]) -> str:
    if event["action"] == "rotate":
        return ring.rotated(current)
    try:
        return ring.retired(current, str(event.get("kid")))
    except LookupError as error:
        raise NotFound("The ring has no such key.") from error


def _listed(name: str, text: str, settings: Settings) -> list[dict[str, Any]]:
    return [{"ring": name, **key} for key in ring_of(name, settings).listed(text)]
