"""Whole numbers written with a point or an exponent are what they say, to the last digit."""

import json
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolon.api.body import Body, parse_body
from symbolon.api.numbers import whole_number
from symbolon.errors import InvalidArgument

WHOLE = {
    "12": 12,
    "12.0": 12,
    "-12.000": -12,
    "1.79e12": 1_790_000_000_000,
    "1.79E+12": 1_790_000_000_000,
    "1790000000000e0": 1_790_000_000_000,
    "17900000000000e-1": 1_790_000_000_000,
    "120.0e-1": 12,
    "0.12e2": 12,
    "0.0": 0,
    "-0.0": 0,
    "0e999999999": 0,
    "0.000e-999999999": 0,
    "9007199254740993.0": 2**53 + 1,
    "9.007199254740993e15": 2**53 + 1,
    "9223372036854775807.0": 2**63 - 1,
    "-9.223372036854775807e18": 1 - 2**63,
}
NOT_WHOLE = [
    *("12.5", "1.79e1", "0.5", "-0.1", "1e-1", "9007199254740993.5", "9223372036854775807.00000000000000000001"),
    *(
        "9223372036854775808.0",
        "-9.223372036854775809e18",
        "1e19",
        "1e400",
        "1e999999999",
        "-1e999999999",
        "1e-999999999",
    ),
]
NO_NUMBER = [
    "",
    " 12",
    "12 ",
    "+12",
    "12.",
    ".5",
    "1e",
    "0x12",
    "1_000",
    "١٢",
    "NaN",
    "Infinity",
    "12,0",
    "true",
    "1e1e1",
]


def integer(value: str) -> int:
    """Read a field that has the JSON `value`."""
    return parse_body(f'{{"field": {value}}}').integer("field")


@pytest.mark.parametrize("text", WHOLE)
@pytest.mark.parametrize("quote", ["", '"'])
def test_whole_numbers(text: str, quote: str) -> None:
    """However a whole number is written, quoted or not, it is exact."""
    assert integer(f"{quote}{text}{quote}") == WHOLE[text]


@pytest.mark.parametrize("text", NOT_WHOLE)
@pytest.mark.parametrize("quote", ["", '"'])
def test_fractions_and_what_is_too_large(text: str, quote: str) -> None:
    """A fraction, however small, and what 64 bits do not hold is refused, at once."""
    start = time.thread_time()
    with pytest.raises(InvalidArgument, match="invalid value for int64 field field"):
        integer(f"{quote}{text}{quote}")

    assert time.thread_time() - start < 0.5


@pytest.mark.parametrize("text", NO_NUMBER)
def test_texts_that_are_no_numbers(text: str) -> None:
    """A text that JSON would not write as a number is none."""
    with pytest.raises(InvalidArgument, match="invalid value for int64 field field"):
        integer(json.dumps(text))


@given(st.integers(-(2**63), 2**63 - 1), st.integers(-30, 30))
def test_any_number_in_any_writing(number: int, shift: int) -> None:
    """A 64-bit number is read from any place of its point."""
    written = f"{Decimal(number).scaleb(-shift):f}e{shift}"

    assert whole_number(written) == number


@given(st.from_regex(r"-?[0-9]{1,25}(\.[0-9]{1,25})?([eE][+-]?[0-9]{1,2})?", fullmatch=True))
def test_agrees_with_decimal(text: str) -> None:
    """What is whole by decimal arithmetic is whole here, and nothing else."""
    value = Decimal(text)

    found = whole_number(text)

    if value == value.to_integral_value() and abs(value) < 10**20:
        assert found == int(value)
    else:
        assert found is None


@pytest.mark.parametrize("text", ["18446744073709551615.0", '"1.8446744073709551615e19"', "18446744073709551615"])
def test_unsigned_numbers(text: str) -> None:
    """Unsigned ones are read alike, up to the last of 64 bits, which no double holds."""
    assert parse_body(f'{{"field": {text}}}').unsigned("field") == 2**64 - 1


def test_other_fields_do_not_take_numbers() -> None:
    """A text is no number, however whole, and a truth value neither."""
    body = parse_body('{"text": 12.0, "flag": 1.0, "map": {"a": 1.0}, "other": 1.5}')

    for read in (lambda: body.text("text"), lambda: body.flag("flag"), lambda: body.text_map("map")):
        with pytest.raises(InvalidArgument):
            read()
    assert isinstance(body, Body)
