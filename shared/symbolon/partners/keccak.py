"""Keccak-256 as Ethereum uses it: the function that became SHA-3, before NIST changed its padding.

https://keccak.team/files/Keccak-reference-3.0.pdf. Python's hashlib has SHA-3 alone, and a library with Keccak would
add 12 MB to a layer that every function loads. With SHA-3's suffix the same code must agree with hashlib, which the
tests make sure of. It is slow (0.6 ms for a block) and its time depends on the length only, of what is public anyway.
"""

from itertools import accumulate, repeat

_KECCAK, _SHA3 = 0x01, 0x06
_RATE = 136
"""Bytes absorbed at once: 1600 bits of state less twice the 256 of the digest."""

_MASK = 2**64 - 1


def keccak256(data: bytes) -> bytes:
    """Return the digest, 32 bytes."""
    return _sponge(data, _KECCAK)


def sha3_256(data: bytes) -> bytes:
    """Return SHA-3's digest, 32 bytes: for the comparison with hashlib."""
    return _sponge(data, _SHA3)


def _sponge(data: bytes, suffix: int) -> bytes:
    padded = bytearray(data) + bytes(_RATE - len(data) % _RATE)
    padded[len(data)] ^= suffix
    padded[-1] ^= 0x80
    state = [0] * 25
    for start in range(0, len(padded), _RATE):
        for lane in range(_RATE // 8):
            at = start + 8 * lane
            state[lane] ^= int.from_bytes(padded[at : at + 8], "little")
        state = _permuted(state)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


def _permuted(state: list[int]) -> list[int]:
    """Return the state after Keccak-f[1600]: lane (x, y) is at x + 5y, a round is theta, rho and pi, chi, iota."""
    for constant in _ROUND_CONSTANTS:
        columns = [state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20] for x in range(5)]
        mixed = [columns[x - 1] ^ _rotated(columns[(x + 1) % 5], 1) for x in range(5)]
        moved = [0] * 25
        for at, (source, offset) in enumerate(_MOVES):
            moved[at] = _rotated(state[source] ^ mixed[source % 5], offset)
        state = [
            moved[at] ^ (~moved[at - at % 5 + (at + 1) % 5] & moved[at - at % 5 + (at + 2) % 5]) for at in range(25)
        ]
        state[0] ^= constant
    return state


def _rotated(lane: int, by: int) -> int:
    return (lane << by | lane >> (64 - by)) & _MASK


def _moves() -> list[tuple[int, int]]:
    """Return for each lane the one whose bits move there, and how far they are rotated on the way."""
    moves, x, y = [(0, 0)] * 25, 1, 0
    for step in range(24):
        source, (x, y) = x + 5 * y, (y, (2 * x + 3 * y) % 5)
        moves[x + 5 * y] = (source, (step + 1) * (step + 2) // 2 % 64)
    return moves


def _round_constants() -> list[int]:
    bits = list(accumulate(repeat(1, 24 * 7), lambda lfsr, _: lfsr << 1 ^ (0x171 if lfsr & 0x80 else 0)))
    return [sum((bits[7 * turn + place] & 1) << (2**place - 1) for place in range(7)) for turn in range(24)]


_MOVES = _moves()
_ROUND_CONSTANTS = _round_constants()
