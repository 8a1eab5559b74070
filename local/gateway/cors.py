"""CORS as API Gateway does it for an HTTP API: from the configuration alone, whatever a function answers."""

from fnmatch import fnmatchcase

from local.gateway.answers import Answer
from local.template.template import Cors


def preflight(cors: Cors, origin: str, asked_method: str) -> Answer:
    """Give the answer to an OPTIONS request, whether or not there is a route: no header tells a browser to stop."""
    if not _is_allowed(cors, origin) or not asked_method:
        return Answer(204)
    granted = _common(cors, origin)
    granted += [("access-control-allow-methods", ",".join(cors.methods))] if cors.methods else []
    granted += [("access-control-allow-headers", ",".join(cors.headers))] if cors.headers else []
    granted += [("access-control-max-age", str(cors.max_age_sec))] if cors.max_age_sec is not None else []
    return Answer(204, headers=granted)


def with_cors(cors: Cors, origin: str, answer: Answer) -> Answer:
    """Give the answer with the headers of the configuration in the place of those that the function set."""
    if not cors.origins:
        return answer
    headers = [(name, value) for name, value in answer.headers if not name.startswith("access-control-")]
    if _is_allowed(cors, origin):
        headers += _common(cors, origin)
        headers += [("access-control-expose-headers", ",".join(cors.exposed))] if cors.exposed else []
    return Answer(answer.status, answer.body, headers)


def _is_allowed(cors: Cors, origin: str) -> bool:
    return bool(origin) and any(fnmatchcase(origin, allowed) for allowed in cors.origins)


def _common(cors: Cors, origin: str) -> list[tuple[str, str]]:
    headers = [("access-control-allow-origin", "*" if "*" in cors.origins else origin)]
    return headers + ([("access-control-allow-credentials", "true")] if cors.credentials else [])
