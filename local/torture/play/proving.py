"""What a client sends to prove an identity; at a provider it gets something new for each time."""

from random import Random

from local.torture.play.board import Identity
from local.torture.play.turn import Turn
from local.torture.world.proofs import BY_TOKEN, proof_of
from local.torture.world.providers import FACEBOOK_IDS, STEAM_IDS

_SUBJECTS = {
    "steam": STEAM_IDS,
    "facebook": FACEBOOK_IDS,
    "google": ("g-1", "g-2"),
    "apple": ("a-1", "a-2"),
    "facebookinstantgame": ("i-1", "i-2"),
    "discord": ("1001", "1002"),
}
"""By provider those for whom somebody stands in."""

_AT_ONCE = 4
"""Providers that a run has; with more of them two players seldom meet at one."""


def provided(draw: Random) -> tuple[Identity, ...]:
    """Draw the identities of providers that there are in a run."""
    drawn = sorted(draw.sample([*_SUBJECTS], _AT_ONCE))
    return tuple(Identity(provider, subject) for provider in drawn for subject in _SUBJECTS[provider])


def credential(turn: Turn, identity: Identity, password: str, verb: str = "") -> dict[str, object]:
    """Return the credential; a link of Steam's has it one level deeper, as in Nakama."""
    if identity.provider not in _SUBJECTS:
        return dict(identity.credential(password))
    number = f"{turn.operation.player}.{turn.operation.number}"
    way = BY_TOKEN if identity.provider == "discord" and turn.happens(0.2) else identity.provider
    proof = proof_of(way, identity.subject, number, turn.around.now())
    return {"account": proof} if (identity.provider, verb) == ("steam", "link") else {**proof}
