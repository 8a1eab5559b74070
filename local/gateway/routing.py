"""Which function a request belongs to, decided as API Gateway decides it: the most specific route wins."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from local.template.template import DEFAULT, Route

Target = TypeVar("Target")


@dataclass(frozen=True)
class Match(Generic[Target]):
    """The route that a request takes, what it leads to, and the values of the path's variables."""

    route: Route
    target: Target
    parameters: Mapping[str, str]


class Router(Generic[Target]):
    """Finds the route of a method and a path."""

    def __init__(self, routes: Iterable[tuple[Route, Target]]) -> None:
        """Take each route with what it leads to."""
        # The most specific come first: fixed before variable before greedy, segment by segment, a method before ANY.
        known = sorted(routes, key=lambda pair: _specificity(pair[0]), reverse=True)
        self._routes = [pair for pair in known if pair[0] != DEFAULT]
        self._fixed = {(route.method, route.path): (route, target) for route, target in known if "{" not in route.path}
        self._defaults = [pair for pair in known if pair[0] == DEFAULT]

    def match(self, method: str, path: str) -> Match[Target] | None:
        """Give the match for a decoded path, or None where API Gateway knows no route."""
        fixed = self._fixed.get((method, path)) or self._fixed.get(("ANY", path))
        if fixed:
            return Match(*fixed, {})
        segments = path.split("/")
        for route, target in self._routes:
            if route.method not in (method, "ANY"):
                continue
            parameters = _parameters(route.path.split("/"), segments)
            if parameters is not None:
                return Match(route, target, parameters)
        return next((Match(route, target, {}) for route, target in self._defaults), None)


def _specificity(route: Route) -> tuple[list[int], bool]:
    kinds = [0 if part.endswith("+}") else 1 if part.startswith("{") else 2 for part in route.path.split("/")]
    return kinds, route.method != "ANY"


def _parameters(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    last = len(pattern) - 1
    if pattern[last].endswith("+}") and len(segments) > last:
        segments = [*segments[:last], "/".join(segments[last:])]
    if len(pattern) != len(segments):
        return None
    found = {}
    for part, value in zip(pattern, segments, strict=True):
        if part.startswith("{") and value:
            found[part.strip("{+}")] = value
        elif part != value:
            return None
    return found
