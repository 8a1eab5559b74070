"""The body of a request to OAuth's endpoints: a form, each parameter once, one without a value as if it were not there.

https://www.rfc-editor.org/rfc/rfc6749#section-3.2
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qs

from symbolon.api.body import MAX_BODY_BYTES, is_clean
from symbolon.api.request import Request
from symbolon.oauth.errors import OAuthError

FORM = "application/x-www-form-urlencoded"

_MAX_FIELDS = 100


@dataclass(frozen=True)
class Form:
    """The parameters of a request, those that have a value."""

    values: Mapping[str, list[str]] = field(repr=False)

    @classmethod
    def of(cls, request: Request) -> Self:
        """Read the request's body; raises OAuthError for one that is no form."""
        kind = request.headers.get("content-type", FORM).partition(";")[0].strip().lower()
        if kind != FORM:
            raise OAuthError(f"The body must be {FORM}.")
        if len(request.text) > MAX_BODY_BYTES:
            raise OAuthError("The body is too large.")
        try:
            values = parse_qs(request.text, encoding="utf-8", errors="strict", max_num_fields=_MAX_FIELDS)
        except ValueError as error:
            raise OAuthError("The body is not a form.") from error
        if not all(is_clean(value) for many in values.values() for value in many):
            raise OAuthError("The body is not a form.")
        return cls(values)

    def text(self, name: str) -> str:
        """Return the parameter, "" where it is not there; raises OAuthError where it is there more than once."""
        values = self.values.get(name, [""])
        if len(values) > 1:
            raise OAuthError("A parameter is there more than once.")
        return values[0]

    def required(self, name: str) -> str:
        """Return the parameter; raises OAuthError where it is not there."""
        if not (value := self.text(name)):
            raise OAuthError(f"The parameter {name} is missing.")
        return value
