"""What conditions compare: values, what is at a path, the size of it."""

from collections.abc import Callable

from local.torture.engine.paths import Path
from local.torture.engine.tokens import Scope, Tokens
from local.torture.engine.values import Value

Operand = Callable[[Scope], Value | None]


def read_operand(tokens: Tokens) -> Operand:
    """Read a value, a path, or the size of what is at one; raises Refused for something else."""
    if tokens.next.startswith(":"):
        name = tokens.take()
        return lambda scope: scope.values[name]
    if tokens.next == "size":
        tokens.take()
        [inner] = read_arguments(tokens)
        return lambda scope: _size(inner(scope))
    return Path.read(tokens).get


def read_arguments(tokens: Tokens) -> list[Operand]:
    """Read operands in brackets."""
    tokens.expect("(")
    operands = [read_operand(tokens)]
    while tokens.skip(","):
        operands.append(read_operand(tokens))
    tokens.expect(")")
    return operands


def _size(value: Value | None) -> Value | None:
    [(kind, content)] = value.items() if value else [("", "")]
    if kind == "S":
        return {"N": str(len(content.encode()))}
    return {"N": str(len(content))} if kind in ("L", "M") else None
