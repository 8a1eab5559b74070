"""JSON as it is sent: in UTF-8, and in ASCII for clients that can read no other in a token."""

import json


def written(value: object) -> str:
    """Return the value as compact JSON in which every letter stands for itself.

    Text that UTF-8 cannot hold, a lone surrogate that a procedure returned, is escaped, and with it all but ASCII.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


def written_for_base64(value: object) -> str:
    """Return the value as compact JSON that is the same in base64 and in base64url."""
    return same_in_base64(json.dumps(value, separators=(",", ":")))


def same_in_base64(text: str) -> str:
    r"""Return a JSON text in ASCII with those characters escaped of which base64url could have a "-" or "_".

    These are its digits 62 and 63, in bits 11111x. Of three bytes below 0x80 only the fourth digit can be one, which is
    the end of the third byte, and of ASCII 3E, 3F, 7E and 7F end so. In JSON they occur within strings alone, and after
    no backslash that is not itself escaped: there `\u003f` says the same.
    """
    for character in ">?~\x7f":
        if character in text:
            text = text.replace(character, f"\\u{ord(character):04x}")
    return text
