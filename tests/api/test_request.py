"""Whatever a client sends: an answer in JSON, at once, and never one that says the fault is ours."""

import base64
import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.players.client import Call, Client, bearer
from tests.helpers.service import lambdas

ROUTES = sorted(lambdas.handlers())
NAMES = ["id", "email", "password", "token", "refresh_token", "vars", "username", "display_name", "account", "sync"]
texts = st.text(st.characters(), max_size=40)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=6,
)
objects = st.dictionaries(st.sampled_from(NAMES), values, max_size=4).map(json.dumps)
bodies = objects | values.map(json.dumps) | texts | objects.map(lambda text: base64.b64encode(text.encode()).decode())
queries = st.lists(
    st.tuples(st.sampled_from(["create", "username", "ids", "usernames", "sync", "limit", "cursor", "x"]), texts),
    max_size=3,
).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))
headers = st.dictionaries(st.sampled_from(["content-type", "x-client-id", "x-client-secret", "cookie"]), texts)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # tables that fill up do no harm
@given(data=st.data(), route=st.sampled_from(ROUTES))
def test_anything(client: Client, data: st.DataObject, route: str) -> None:
    """Any route with any body, query and headers, authorized or not, gives JSON, or a page, and no 5xx."""
    credentials = [client.application, bearer(client.sign_in("anna")), {}]
    authorization = data.draw(st.sampled_from(credentials) | st.fixed_dictionaries({"authorization": texts}))
    call = Call(route, data.draw(queries | texts), data.draw(headers) | authorization, data.draw(bodies))

    answer = lambdas.run(lambdas.make_event(call) | {"isBase64Encoded": data.draw(st.booleans())})

    assert answer.status < 500
    is_page = answer.headers.get("content-type", "").startswith("text/html")
    assert answer.status == 200 or is_page or answer.body.keys() >= {"code", "message"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # as above
@given(local=texts, domain=texts, password=texts)
def test_any_address(client: Client, local: str, domain: str, password: str) -> None:
    """Any text for an address and a password is served or refused."""
    assert client.authenticate("email", email=f"{local}@{domain}.com", password=f"{password}12345678").status in {
        200,
        400,
    }


def sent(client: Client, body: str, *, is_base64: bool = False) -> tuple[int, str]:
    """Sign in with a body, and give status and message; a second is more than it may take."""
    event = lambdas.make_event(Call("POST /v2/account/authenticate/device", "", client.application, body))
    start = time.thread_time()
    answer = lambdas.run(event | {"isBase64Encoded": is_base64})
    assert time.thread_time() - start < 1
    return answer.status, str(answer.body.get("message", ""))


BAD_BODIES = {
    "300 KB of text": '{"id":"' + "x" * 300_000 + '"}',
    "300 KB of spaces": " " * 300_000,
    "300 KB in few letters": '{"id":"' + "é" * 150_000 + '"}',
    "20,000 lists": '{"id":' + "[" * 20_000 + "]" * 20_000 + "}",
    "20,000 lists, unfinished": "[" * 20_000,
    "20,000 objects": '{"a":' * 20_000 + "1" + "}" * 20_000,
    "lone surrogate": '{"id":"1234567890\\ud800"}',
    "surrogates in the wrong order": '{"id":"1234567890\\udc00\\ud800"}',
    "lone surrogate in a name": '{"id":"1234567890","vars":{"\\ud800":"1"}}',
    "lone surrogate, raw": '{"id":"1234567890\ud800"}',
    "NUL": '{"id":"1234567890\\u0000"}',
    "NUL in a name": '{"id":"1234567890","vars":{"\\u0000":"1"}}',
    "NUL in an unknown field": '{"id":"1234567890","other":["\\u0000"]}',
    "NUL, raw": '{"id":"1234567890\0"}',
    "NaN": '{"id":"1234567890","other":NaN}',
    "Infinity": '{"id":"1234567890","other":[Infinity]}',
    "-Infinity": '{"id":"1234567890","other":{"a":-Infinity}}',
    "number that is too large": '{"id":1e999}',
    "number that is too long": '{"id":"1234567890","other":' + "9" * 10_000 + "}",
    "name twice": '{"id":"1234567890","id":"1234567890"}',
    "name twice, one of them escaped": '{"id":"1234567890","\\u0069d":"0987654321"}',
    "name twice, inside": '{"id":"1234567890","vars":{"a":"1","a":"2"}}',
    "comment": '{"id":"1234567890"/**/}',
    "single quotes": "{'id':'1234567890'}",
    "comma at the end": '{"id":"1234567890",}',
    "something after it": '{"id":"1234567890"}x',
    "byte order mark": '\ufeff{"id":"1234567890"}',
}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_bad_body(client: Client, name: str) -> None:
    """What is too large, malformed, or may be read in two ways is refused, at once."""
    assert sent(client, BAD_BODIES[name])[0] == 400


@pytest.mark.parametrize(
    "body", ["!", "ew", "é", base64.b64encode(b"\xff\xfe").decode(), base64.b64encode(b"{\0}").decode()]
)
def test_bad_base64(client: Client, body: str) -> None:
    """A body in base64 that is none, or holds no UTF-8, is refused."""
    assert sent(client, body, is_base64=True)[0] == 400


def test_good_bodies(client: Client) -> None:
    """Base64, white space, an escaped pair of surrogates, and a body of 256 KiB are served."""
    body = '{"id":"1234567890"}'

    assert sent(client, base64.b64encode(body.encode()).decode(), is_base64=True)[0] == 200
    assert sent(client, f" \r\n\t{body}\n")[0] == 200
    assert sent(client, '{"id":"1234567890\\ud83d\\ude00"}')[0] == 200
    assert sent(client, body + " " * (256 * 1024 - len(body)))[0] == 200
    assert sent(client, body + " " * (256 * 1024 - len(body) + 1))[0] == 400


@pytest.mark.parametrize("value", [1, 1.5, True, [], {}, ["1234567890"], {"a": "b"}], ids=str)
@pytest.mark.parametrize(
    ("route", "field"),
    [
        ("POST /v2/account/authenticate/device", "id"),
        ("POST /v2/account/authenticate/custom", "id"),
        ("POST /v2/account/authenticate/email", "email"),
        ("POST /v2/account/authenticate/email", "password"),
        ("POST /v2/account/session/refresh", "token"),
        ("POST /v2/session/logout", "token"),
        ("POST /v2/session/logout", "refresh_token"),
        ("POST /v2/session/logout", "refreshToken"),
    ],
)
def test_field_of_another_type(client: Client, route: str, field: str, value: Any) -> None:  # noqa: ANN401 (any JSON)
    """A field that is no text is refused by its name, whichever spelling it has."""
    authorization = bearer(client.sign_in("anna")) if "logout" in route else client.application

    answer = client.call(route, {"id": "1234567890", field: value}, headers=authorization)

    assert answer.error == (400, 3, f"invalid value for string field {field.replace('T', '_t')}")


@pytest.mark.parametrize(
    "query",
    [
        *("username=%ff", "username=%ed%a0%80", "username=\ud800", "username=a%00b", "username=a%0ab"),
        *("username=a&username=b", "create=true&create=true", "create", "username=" + "x" * 200),
        "&".join(["x=1"] * 1001),
    ],
    ids=lambda query: ascii(query[:30]),
)
def test_bad_query(client: Client, query: str) -> None:
    """A query that is no UTF-8, repeats a value, or has too much of it is refused."""
    call = Call("POST /v2/account/authenticate/device", query, client.application, '{"id":"1234567890"}')

    assert client.send(call).error[:2] == (400, 3)
