"""Symbols: the 64-bit numbers by which Echo VR's clients and servers know modes and levels, instead of their names.

A symbol is a polynomial hash of the name in lower case, over GF(2): each step shifts in one byte, and what leaves at
the top comes back as multiples of a constant. `echo_arena_private` is 691594351282457603.
"""

_STEP = 0x2B5926535897936A
_MASK = 2**64 - 1


def symbol(name: str) -> int:
    """Return the symbol of an ASCII name, below 2**64."""
    value = _MASK
    for byte in name.lower().encode():
        leaving, value = value >> 56, (value << 8) ^ byte
        for bit in range(8):
            if leaving >> bit & 1:
                value ^= _STEP << bit
        value &= _MASK
    return value
