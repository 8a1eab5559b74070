"""How DynamoDB refuses: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html."""

from typing import Any


class Refused(Exception):
    """The request was refused and nothing was done: `code` is DynamoDB's, `fields` what the answer has besides."""

    def __init__(self, code: str, message: str, **fields: Any) -> None:  # noqa: ANN401 (JSON)
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.fields = fields


def invalid(message: str) -> Refused:
    """Return the refusal of a request that is wrong in itself."""
    return Refused("ValidationException", message)
