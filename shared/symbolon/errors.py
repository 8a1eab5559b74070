"""The one family of errors that a client may see.

Each class is a gRPC status code, as Nakama's clients expect it in the body's `code`; the HTTP status follows from it
(https://grpc.io/docs/guides/status-codes/ and the mapping of grpc-gateway). Messages are constants of the code: they
go to the client and into the log, so nothing that a client sent may be put into one but by `quoting`.
"""

from typing import ClassVar, Self


class SymbolonError(Exception):
    """Base of all errors that become a response.

    `message` is shown to the client as it is. `detail` is for the operator and goes into the log only: a setting's name
    or a provider's error number, never a text that a client or provider sent. `retry_after` is for how many seconds the
    same request cannot succeed, as the answer's header says it (https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3);
    0 means that time alone mends nothing, or that nobody knows, and no header. `extra` has what the answer's body says
    besides code and message. `reason` is the message as it goes into the log.
    """

    code: ClassVar[int] = 13
    status: ClassVar[int] = 500
    pause: ClassVar[int] = 0
    """The `retry_after` of errors that are given none."""

    def __init__(self, message: str, detail: str = "", retry_after: int = 0) -> None:
        super().__init__(message)
        self.message = self.reason = message
        self.detail = detail
        self.retry_after = retry_after or self.pause
        self.extra: dict[str, str] = {}

    def quoting(self, sent: str) -> Self:
        """Put what the client sent in the place of {} in the message that it gets; the log never has it."""
        self.message = self.reason.replace("{}", sent)
        return self


class InvalidArgument(SymbolonError):
    """The request is malformed, whatever the state of the service."""

    code, status = 3, 400


class NotFound(SymbolonError):
    """The account, user or function that the request names does not exist."""

    code, status = 5, 404


class AlreadyExists(SymbolonError):
    """A unique name or identity belongs to another account."""

    code, status = 6, 409


class PermissionDenied(SymbolonError):
    """The caller is known and may not do this."""

    code, status = 7, 403


class Banned(PermissionDenied):
    """An operator has closed the account; `until` (RFC 3339) is when that ends by itself, "" where it does not."""

    def __init__(self, until: str) -> None:
        super().__init__("User account banned.")
        self.extra = {"until": until} if until else {}


class WentAround(PermissionDenied):
    """The request did not come through what stands in front of the API; it is answered as API Gateway itself would."""


class ResourceExhausted(SymbolonError):
    """A limit of this service has been reached."""

    code, status = 8, 429


class Aborted(SymbolonError):
    """What the request was made from has changed meanwhile; one made from what there is now may succeed."""

    code, status = 10, 409


class FailedPrecondition(SymbolonError):
    """The service is not set up for this request, or the state of what it names does not allow it."""

    code, status = 9, 400


class Unavailable(SymbolonError):
    """Something that the service needs is down, slow or too busy; the same request may succeed later."""

    code, status, pause = 14, 503, 5


class Unauthenticated(SymbolonError):
    """The key, token or credential is missing or wrong."""

    code, status = 16, 401


class Misconfigured(SymbolonError):
    """The deployment's settings are wrong: `detail` names the setting for the log, the client learns nothing."""

    def __init__(self, detail: str) -> None:
        super().__init__("The service is not configured correctly.", detail)
