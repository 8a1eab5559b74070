"""JSON as it is sent."""

import json

from hypothesis import given
from hypothesis import strategies as st

from symbolon.api.jsontext import same_in_base64, written, written_for_base64

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda values: st.lists(values) | st.dictionaries(st.text(), values),
    max_leaves=8,
)


@given(VALUES)
def test_both_forms_say_the_same(value: object) -> None:
    """Whatever is written, in either form, is read as it was, and can be sent: lone surrogates too."""
    assert json.loads(written(value)) == json.loads(written_for_base64(value)) == value
    assert json.loads(written(value).encode()) == value
    assert written_for_base64(value).isascii()


def test_a_lone_surrogate_is_escaped() -> None:
    """UTF-8 has no lone surrogates: a procedure that returns one is answered in ASCII and does not crash."""
    assert written(["é", "\ud800"]) == '["\\u00e9","\\ud800"]'


def test_backslashes_before_escaped_characters() -> None:
    """A backslash of the text is no part of the escape that follows it."""
    assert same_in_base64(json.dumps("\\?")) == '"\\\\\\u003f"'
    assert json.loads(same_in_base64(json.dumps("\\\\~\\>"))) == "\\\\~\\>"
