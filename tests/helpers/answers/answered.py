"""What a provider may answer, and whose fault that is: the words in which tests say it."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.helpers.providers.replies import Reply, as_json

PLAYERS, LATER, OURS = "player", "later", "ours"
LIMIT = "the provider's limit of requests was reached"


@dataclass(frozen=True)
class Answered:
    """An answer, as the page words it, and what comes of it: the kind, the log's detail, the seconds to wait."""

    said: str
    reply: Reply
    kind: str
    detail: str = ""
    pause: int = 0


def oauth(kind: str, detail: str, *errors: str, status: int = 400) -> Iterator[Answered]:
    """Give errors of OAuth's."""
    for error in errors:
        reply = as_json({"error": error, "error_description": "words of the provider"}, status)
        yield Answered(f"{status} `{error}`", reply, kind, detail.format(error), 60 if detail == LIMIT else 0)


def google(kind: str, detail: str, *reasons: str) -> Iterator[Answered]:
    """Give refusals of Google's APIs: reasons in capitals come in the new form, others in the old one."""
    for reason in reasons:
        form = {"details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}]}
        if not reason.isupper():
            form = {"errors": [{"domain": "global", "reason": reason}]}
        reply = as_json({"error": {"code": 403, "message": "words", **form}}, 403)
        yield Answered(f"403 `{reason}`", reply, kind, detail.format(reason), 60 if detail == LIMIT else 0)


def graph(kind: str, detail: str, *codes: int) -> Iterator[Answered]:
    """Give errors of Facebook's Graph API."""
    for code in codes:
        reply = as_json({"error": {"message": "words", "type": "OAuthException", "code": code}}, 400)
        yield Answered(f"error {code}", reply, kind, detail.format(code), 60 if detail == LIMIT else 0)


def valve(detail: str, *codes: int) -> Iterator[Answered]:
    """Give errors of Valve's, which have status 200."""
    for code in codes:
        error = {"errorcode": code, "errordesc": "words"}
        yield Answered(f"200, error {code}", as_json({"response": {"error": error}}), PLAYERS, detail.format(code))


def status(kind: str, detail: str, *numbers: int) -> Iterator[Answered]:
    """Give answers that are no more than a status."""
    for number in numbers:
        yield Answered(f"{number}", as_json({}, number), kind, detail.format(number))
