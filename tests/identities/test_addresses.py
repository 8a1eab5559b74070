"""The one form of an address, which does not depend on whether the library was asked for it."""

from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolon.identities.addresses import known_address

PART = st.from_regex(r"[A-Za-z0-9_+.-]{1,12}", fullmatch=True)
NAME = st.from_regex(r"([Xx][Nn]--)?[A-Za-z0-9-]{1,12}", fullmatch=True)
ADDRESSES = st.builds("{}@{}.{}".format, PART, NAME, st.sampled_from(["com", "Example.org", "test", "xn--p1ai", "c0m"]))


def as_the_library_writes_it(address: str) -> str:
    """Give the library's form of an address, in lower case; the address itself where it refuses it."""
    try:
        found = validate_email(address + ".com", check_deliverability=False, allow_quoted_local=True)
    except EmailNotValidError:
        return address.lower()
    return found.normalized.lower().removesuffix(".com")


@settings(max_examples=200)
@given(ADDRESSES.filter(lambda address: len(address) >= 10))
def test_plain_addresses_have_the_form_that_the_library_gives_them(address: str) -> None:
    """An address that is looked up without the library is found under the form under which it was stored."""
    assert known_address(address) == as_the_library_writes_it(address)
