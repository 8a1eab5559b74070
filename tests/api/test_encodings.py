"""Bodies that a client has packed are read, within the limits of any body."""

import base64
import gzip
import json
import time
import zlib

import pytest

from symbolon.api.body import MAX_BODY_BYTES
from tests.helpers.players.client import Call, Client
from tests.helpers.service import lambdas

BODY = json.dumps({"id": "device-of-zoë", "vars": {"name": "Zoë"}}, ensure_ascii=False).encode()
BROKEN = (400, 3, "Request body is not what its Content-Encoding says.")
TOO_LARGE = (400, 3, f"Request body too large, must be at most {MAX_BODY_BYTES} bytes.")


def raw_deflate(content: bytes) -> bytes:
    """Give the content as RFC 1951 packs it, without a header."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


def sent(client: Client, content: bytes, encoding: str) -> tuple[int, int, str]:
    """Sign in with a packed body as AWS hands it on, and give status, code and message; it takes no second."""
    headers = client.application | {"content-encoding": encoding}
    event = lambdas.make_event(
        Call("POST /v2/account/authenticate/device", "", headers, base64.b64encode(content).decode())
    )
    start = time.thread_time()
    answer = lambdas.run(event | {"isBase64Encoded": True})
    assert time.thread_time() - start < 1
    return answer.status, answer.body.get("code", 0), answer.body.get("message", "")


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("gzip", gzip.compress(BODY)),
        ("x-gzip", gzip.compress(BODY)),
        (" GZIP ", gzip.compress(BODY, 0)),
        ("identity, gzip", gzip.compress(BODY)),
        ("gzip", gzip.compress(BODY[:9]) + gzip.compress(b"") + gzip.compress(BODY[9:])),
        ("deflate", zlib.compress(BODY)),
        ("deflate", zlib.compress(BODY, 0)),
        ("Deflate", raw_deflate(BODY)),
        ("identity", BODY),
        ("", BODY),
        ("utf-8", BODY),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_packed_bodies_are_read(client: Client, encoding: str, content: bytes) -> None:
    """gzip, in one piece or several, and deflate, with a header or without, are read; other names pack nothing."""
    assert sent(client, content, encoding)[0] == 200


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@pytest.mark.parametrize(
    "content",
    [
        BODY,
        gzip.compress(BODY)[:-1],
        gzip.compress(BODY)[:9],
        gzip.compress(BODY) + b"more",
        gzip.compress(BODY)[:-8] + bytes(8),
        zlib.compress(BODY)[:-1],
        zlib.compress(BODY) + b"more",
        raw_deflate(BODY)[:-1],
        raw_deflate(BODY) + b"more",
        b"\x1f\x8b",
        b"\0",
    ],
    ids=lambda content: content[:4].hex(),
)
def test_broken_streams_are_refused(client: Client, encoding: str, content: bytes) -> None:
    """A stream that is none, ends early, goes on, or has another checksum is the client's fault."""
    assert sent(client, content, encoding) == BROKEN


def test_the_wrong_name_is_refused(client: Client) -> None:
    """A stream of one kind is not taken for the other, nor a packed body for a plain one."""
    assert sent(client, zlib.compress(BODY), "gzip") == BROKEN
    assert sent(client, gzip.compress(BODY), "deflate") == BROKEN
    assert sent(client, gzip.compress(BODY), "br") == (400, 3, "Request body is not UTF-8 text.")


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, raw_deflate], ids=["gzip", "zlib", "raw"])
def test_size_is_that_of_the_unpacked_body(client: Client, pack: "type[bytes]") -> None:
    """A body has at most 256 KiB when it is unpacked, however small it was packed."""
    encoding = "gzip" if pack is gzip.compress else "deflate"
    full = BODY + b" " * (MAX_BODY_BYTES - len(BODY))

    assert sent(client, pack(full), encoding)[0] == 200
    assert sent(client, pack(full + b" "), encoding) == TOO_LARGE
    assert sent(client, pack(bytes(20_000_000)), encoding) == TOO_LARGE


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("gzip", gzip.compress(b"") * 400_000),
        ("gzip", gzip.compress(b"", 0) * 13_000),
        ("deflate", bytes([0, 0, 0, 255, 255]) * 1_000_000),
        ("gzip", b"x" * 5_000_000),
    ],
    ids=["many empty pieces", "as many as fit", "many empty blocks", "no stream at all"],
)
def test_bombs_cost_no_time(client: Client, encoding: str, content: bytes) -> None:
    """What unpacks to little or nothing for a long time is refused by its length, or read at once."""
    assert sent(client, content, encoding)[:2] == (400, 3) or len(content) <= MAX_BODY_BYTES


def test_what_it_unpacks_to_is_read_like_any_body(client: Client) -> None:
    """UTF-8 and JSON are asked of it as of any body."""
    assert sent(client, gzip.compress(b"\xff"), "gzip") == (400, 3, "Request body is not UTF-8 text.")
    assert sent(client, gzip.compress(b"[]"), "gzip") == (400, 3, "Request body must be a JSON object.")
