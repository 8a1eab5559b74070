"""What a client sends to prove an identity; at a provider it gets something new for each time."""

from local.torture.play.board import Identity
from local.torture.play.turn import Turn
from local.torture.world.proofs import proof_of

PROVIDED = (
    Identity("steam", "76561190000000001"),
    Identity("steam", "76561190000000002"),
    Identity("facebook", "101"),
    Identity("facebook", "102"),
    Identity("google", "g-1"),
    Identity("google", "g-2"),
)
"""Identities of providers for whom somebody stands in."""


def credential(turn: Turn, identity: Identity, password: str, verb: str = "") -> dict[str, object]:
    """Return the credential; a link of Steam's has it one level deeper, as in Nakama."""
    if identity.provider not in ("steam", "facebook", "google"):
        return dict(identity.credential(password))
    number = f"{turn.operation.player}.{turn.operation.number}"
    token = proof_of(identity.provider, identity.subject, number, turn.around.now())
    return {"account": {"token": token}} if (identity.provider, verb) == ("steam", "link") else {"token": token}
