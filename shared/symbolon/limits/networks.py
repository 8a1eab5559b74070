"""Networks: what of a caller's address is counted. Whoever has one address of it has the others too."""

import hashlib
import socket

_PREFIX_BYTES = 8
_MAPPED = b"\0" * 10 + b"\xff\xff"
_DIGEST_CHARACTERS = 16


def network_of(address: str) -> str:
    """Return the network of an IP address: IPv4 by itself, IPv6 by its first 64 bits, which one subscriber has.

    An IPv4 address in an IPv6 one (RFC 4291, section 2.5.5.2) is that IPv4 address. What is none is a network too.
    """
    try:
        packed = socket.inet_pton(socket.AF_INET6, address.partition("%")[0])
    except OSError:
        return address
    if packed.startswith(_MAPPED):
        return socket.inet_ntop(socket.AF_INET, packed[len(_MAPPED) :])
    return packed[:_PREFIX_BYTES].hex()


def digest(*parts: str) -> str:
    """Return a short name that the parts have, and hardly any others: what is stored instead of an address."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_DIGEST_CHARACTERS]
