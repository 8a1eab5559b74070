"""Variables and names at their limits: however a client fills them, a token stays under 4 KB."""

import json

import pytest

from symbolon.api.body import MAX_VARS, MAX_VARS_BYTES
from tests.helpers.players.client import Client

TOO_MANY = (400, 3, "Vars invalid, at most 64 entries and 2048 bytes as JSON.")
LONGEST_NAMES = {"quotes": '"' * 128, "backslashes": "\\" * 128, "two bytes": "é" * 64, "four bytes": "\U0001f600" * 32}


def vars_of(size: int, letter: str = "x") -> dict[str, str]:
    """Give one variable that takes `size` bytes as JSON, of a letter whose escaped form divides it."""
    empty, one = len(json.dumps({"a": ""})), len(json.dumps(letter)) - 2
    return {"a": letter * ((size - empty) // one) + "x" * ((size - empty) % one)}


@pytest.mark.parametrize("username", LONGEST_NAMES.values(), ids=LONGEST_NAMES)
@pytest.mark.parametrize("letter", ["x", '"', "é", "\U0001f600"], ids=ascii)
def test_largest_token(client: Client, username: str, letter: str) -> None:
    """With the longest username and the most variables both tokens have less than 4,096 bytes, refreshed ones too."""
    variables = vars_of(MAX_VARS_BYTES, letter)

    session = client.authenticate("device", {"username": username}, id="1234567890", vars=variables)
    refreshed = client.refresh(session.refresh_token)

    assert session.claims["vrs"] == refreshed.claims["vrs"] == variables
    assert max(len(token) for answer in (session, refreshed) for token in (answer.token, answer.refresh_token)) < 4096


@pytest.mark.parametrize("letter", ["x", "é"])
def test_size_of_vars(client: Client, letter: str) -> None:
    """Variables have up to 2,048 bytes, counted as they stand in the token; also those of a refresh."""
    session = client.sign_in("anna")

    assert client.authenticate("device", id="1234567890", vars=vars_of(MAX_VARS_BYTES + 1, letter)).error == TOO_MANY
    assert client.refresh(session.refresh_token, vars=vars_of(MAX_VARS_BYTES + 1, letter)).error == TOO_MANY
    assert client.refresh(session.refresh_token, vars=vars_of(MAX_VARS_BYTES, letter)).status == 200


def test_number_of_vars(client: Client) -> None:
    """There are up to 64 variables, however short."""
    variables = {f"v{number}": "" for number in range(MAX_VARS + 1)}

    assert client.authenticate("device", id="1234567890", vars=variables).error == TOO_MANY
    variables.popitem()
    assert client.authenticate("device", id="1234567890", vars=variables).status == 200


def test_two_thousand_vars(client: Client) -> None:
    """Far too many variables are as much of a mistake as one too many."""
    variables = {f"variable-{number}": "value" for number in range(2000)}

    assert client.authenticate("device", id="1234567890", vars=variables).error == TOO_MANY


@pytest.mark.parametrize("value", [1, True, None, 1.5, [], {}, ["1"]], ids=str)
def test_variables_are_texts(client: Client, value: object) -> None:
    """A variable that is no text is refused."""
    answer = client.authenticate("device", id="1234567890", vars={"a": value})

    assert answer.error == (400, 3, "invalid value for string field vars")


@pytest.mark.parametrize("value", [1, True, "a", [], ["a"]], ids=str)
def test_vars_are_an_object(client: Client, value: object) -> None:
    """Variables that are no object are refused."""
    answer = client.authenticate("device", id="1234567890", vars=value)

    assert answer.error == (400, 3, "invalid value for message field vars")
