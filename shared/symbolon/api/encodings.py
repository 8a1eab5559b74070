"""Bodies that a client has packed: Content-Encoding gzip and deflate (RFC 9110, section 8.4.1).

"deflate" means a zlib stream (RFC 1950); many clients, and Nakama, take it for the raw one (RFC 1951): both are read.
"""

import zlib

from symbolon.api.body import MAX_BODY_BYTES, too_large
from symbolon.errors import InvalidArgument

_GZIP, _ZLIB, _RAW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
_FORMS = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (_ZLIB, _RAW)}


def unpacked(content: bytes, encoding: str) -> bytes:
    """Return the content as it was before the Content-Encoding; one that is none of ours was never applied.

    Raises InvalidArgument for a broken stream, and for one that is longer than a body may be, packed or unpacked: no
    more is unpacked than that.
    """
    names = [name.strip().lower() for name in encoding.split(",")]
    forms = _FORMS.get(",".join(name for name in names if name != "identity"), ())
    if not forms or not content:
        return content
    if len(content) > MAX_BODY_BYTES:
        raise too_large()
    for form in forms:
        try:
            return _whole(content, form)
        except zlib.error:
            continue
    raise InvalidArgument("Request body is not what its Content-Encoding says.")


def _whole(content: bytes, form: int) -> bytes:
    """Return what the streams that follow one another have; only gzip has several. Raises zlib.error."""
    found, rest = bytearray(), content
    while rest:
        stream = zlib.decompressobj(form)
        found += stream.decompress(rest, MAX_BODY_BYTES + 1 - len(found))
        if len(found) > MAX_BODY_BYTES:
            raise too_large()
        rest = stream.unused_data
        if not stream.eof or (rest and form != _GZIP):
            raise zlib.error("incomplete, or followed by something else")
    return bytes(found)
