"""The audiences that a setting names: for whom of us a provider must have issued a credential."""

from symbolon.errors import Misconfigured


def checked_audiences(setting: str, value: object) -> list[str]:
    """Return the audiences of a setting; raises Misconfigured unless it is a list of texts, not empty."""
    if not isinstance(value, list) or not value or not all(isinstance(entry, str) and entry for entry in value):
        raise Misconfigured(f"settings: {setting} must be a list of audiences")
    return value
