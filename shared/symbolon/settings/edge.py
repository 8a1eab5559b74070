"""The settings' section `edge`: what stands in front of the API, a CloudFront, and the secret by which it is known.

{"secret": {"sent": …, "accepted": …}, "only": true}: `sent` is what the edge shows, `accepted` a second value that
counts as well while it changes. `only` refuses who does not show it, which is the default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from symbolon.errors import Misconfigured

MIN_CHARACTERS = 32
"""Of a secret of the edge; what anybody could guess would let anybody in, under any address."""


@dataclass(frozen=True)
class EdgeSettings:
    """The values that the edge may show, and whether who shows none of them is refused."""

    secrets: tuple[str, ...] = field(repr=False)
    only: bool

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Read the section. Raises Misconfigured, which names the setting: half an edge lets nobody in."""
        section = document.get("edge")
        if not isinstance(section, Mapping):
            raise Misconfigured("settings: edge must be an object")
        only = section.get("only", True)
        if not isinstance(only, bool):
            raise Misconfigured("settings: edge.only must be true or false")
        return cls(_secrets(section.get("secret")), only)


def _secrets(value: object) -> tuple[str, ...]:
    if not isinstance(value, Mapping):
        raise Misconfigured("settings: edge.secret must be an object")
    found = tuple(value.get(name, "") for name in ("sent", "accepted"))
    if not all(isinstance(one, str) for one in found) or not found[0]:
        raise Misconfigured("settings: edge.secret must have the text sent, and accepted where it changes")
    given = tuple(one for one in found if one)
    if any(len(one) < MIN_CHARACTERS for one in given):
        raise Misconfigured(f"settings: edge.secret must be of {MIN_CHARACTERS} characters or more")
    return given
