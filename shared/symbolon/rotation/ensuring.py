"""Rings made what the settings say: keys of their algorithm, with times that fit their lifetimes, and published."""

from symbolon.rotation import vault
from symbolon.rotation.rings import Ring, arns, refresh_keys, session_keys
from symbolon.settings.settings import Settings
from symbolon.settings.succession import LEAD_SECONDS

_YOUNG_SECONDS = 3600
"""A ring that was made within this time belongs to a new stack: nobody has a session, or knows its keys, so that a key
may sign at once."""


def ensure_rings(settings: Settings, *, is_first: bool) -> None:
    """Make the rings of session and refresh keys what the settings say; `is_first` when the stack may be new."""
    for name, ring_under in (("session", session_keys), ("refresh", refresh_keys)):
        arn = arns()[name]
        is_new = is_first and vault.age(arn) < _YOUNG_SECONDS
        ring = ring_under(settings, 0 if is_new else LEAD_SECONDS)
        current = vault.read_current(arn)
        changed = ring.ensured(current)
        if changed == current:
            ring.publish(current)
        else:
            put(ring, arn, changed)


def put(ring: Ring, arn: str, text: str) -> None:
    """Make the text the ring's, in an order that is safe to break off: tried, published, in use."""
    ring.prove(text)
    ring.publish(text)
    vault.put_current(arn, text)
