"""Anything that JSON can say, and a document of which a part says something else."""

import copy
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

ODD: tuple[Any, ...] = (
    "",
    "\0",
    "\ud800",
    "é" * 300,
    2**63,
    -(2**63) - 1,
    1e308,
    float("nan"),
    True,
    0,
    -1,
    "0",
    "9" * 400,
    [],
    {},
    [[]],
)
JSONS: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(ODD),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)
"""Any value; NaN as Python's JSON has it."""


def places_in(document: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 (JSON)
    """Give the way to each part of a document, that to all of it first."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(document, dict):
        inner = list(document.items())
    elif isinstance(document, list):
        inner = list(enumerate(document))
    return [at, *(place for name, part in inner for place in places_in(part, (*at, name)))]


def with_part(document: Any, at: tuple[Any, ...], part: object) -> Any:  # noqa: ANN401 (JSON)
    """Give the document with something else at a place."""
    if not at:
        return part
    changed = copy.deepcopy(document)
    inner = changed
    for name in at[:-1]:
        inner = inner[name]
    inner[at[-1]] = part
    return changed


@st.composite
def altered(draw: st.DrawFn, document: Any) -> Any:  # noqa: ANN401 (JSON)
    """Draw the document with one or two parts that say anything, and perhaps a part too many."""
    for _ in range(draw(st.integers(1, 2))):
        document = with_part(document, draw(st.sampled_from(places_in(document))), draw(JSONS))
    if isinstance(document, Mapping) and draw(st.booleans()):
        document = {**document, draw(st.text(max_size=10)): draw(JSONS)}
    return document
