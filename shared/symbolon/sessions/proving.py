"""Whether the keys of a ring do what they are for, tried before anybody depends on them."""

from symbolon.errors import Misconfigured
from symbolon.sessions import jws
from symbolon.settings.keyring import KeyRing

_LATE = 4102444800
"""The year 2100, in seconds since 1970."""


def prove(ring: KeyRing) -> None:
    """Sign and read a token with each key that is secret or private, also one whose time is to come.

    Raises Misconfigured, which names the key by its id, when one does not work, or when none signs.
    """
    _ = ring.signing
    for key in ring.keys:
        ready = key._replace(signs_from=0, accepted_until=0)
        if not ready.can_sign:
            continue
        alone = KeyRing(ring.setting, (ready,))
        try:
            jws.read(jws.write(f'{{"exp":{_LATE}}}', alone), alone)
        except jws.InvalidToken as error:
            raise Misconfigured(f"settings: the key {key.key_id} cannot sign") from error
