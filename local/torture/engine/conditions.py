"""Condition expressions, which filter and key condition expressions are too.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from local.torture.engine.operands import read_arguments, read_operand
from local.torture.engine.tokens import Scope, Tokens
from local.torture.engine.values import Value, comparable

Test = Callable[[Scope], bool]

_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Condition:
    """A condition, the placeholders in it, and of which types values must be."""

    holds: Test
    used: frozenset[str]
    kinds: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=1024)
def read_condition(expression: str) -> Condition:
    """Return the condition that a text says; raises Refused for none."""
    tokens = Tokens(expression)
    test = _any(tokens)
    if tokens.next:
        raise tokens.error()
    return Condition(test, frozenset(tokens.used), tokens.kinds)


def _any(tokens: Tokens) -> Test:
    tests = [_all(tokens)]
    while tokens.skip("OR"):
        tests.append(_all(tokens))
    return tests[0] if len(tests) == 1 else lambda scope: any(test(scope) for test in tests)


def _all(tokens: Tokens) -> Test:
    tests = [_not(tokens)]
    while tokens.skip("AND"):
        tests.append(_not(tokens))
    return tests[0] if len(tests) == 1 else lambda scope: all(test(scope) for test in tests)


def _not(tokens: Tokens) -> Test:
    if tokens.skip("NOT"):
        test = _not(tokens)
        return lambda scope: not test(scope)
    if tokens.skip("("):
        test = _any(tokens)
        tokens.expect(")")
        return test
    function = _FUNCTIONS.get(tokens.next)
    return function(tokens) if function else _comparison(tokens)


def _comparison(tokens: Tokens) -> Test:
    left = read_operand(tokens)
    if tokens.skip("BETWEEN"):
        low = read_operand(tokens)
        tokens.expect("AND")
        high = read_operand(tokens)
        return lambda scope: _ordered(">=", left(scope), low(scope)) and _ordered("<=", left(scope), high(scope))
    if tokens.skip("IN"):
        others = read_arguments(tokens)
        return lambda scope: left(scope) is not None and left(scope) in [other(scope) for other in others]
    sign = tokens.skip("=", "<>", *_ORDERS)
    if sign in _ORDERS:
        tokens.require(tokens.next, "S", "N")
    right = read_operand(tokens)
    if sign == "=":
        return lambda scope: left(scope) is not None and left(scope) == right(scope)
    if sign == "<>":
        return lambda scope: left(scope) is None or left(scope) != right(scope)
    if not sign:
        raise tokens.error()
    return lambda scope: _ordered(sign, left(scope), right(scope))


def _ordered(sign: str, left: Value | None, right: Value | None) -> bool:
    first, second = (comparable(value) if value else None for value in (left, right))
    return bool(first and second and first[0] == second[0] and _ORDERS[sign](first[1], second[1]))


def _exists(tokens: Tokens) -> Test:
    wanted = tokens.take() == "attribute_exists"
    [operand] = read_arguments(tokens)
    return lambda scope: (operand(scope) is not None) == wanted


_FUNCTIONS: Mapping[str, Callable[[Tokens], Test]] = {
    "attribute_exists": _exists,
    "attribute_not_exists": _exists,
}
