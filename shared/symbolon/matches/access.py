"""Who may be in a match: whom it names (role_alignments), the preparer, whom they or its players invite, or everybody.

Places are kept for those whom a match names, so that strangers, however many, cannot hold them all.
"""

from symbolon.matches.matches import Match

PRIVATE = "private"


def named(match: Match) -> set[str]:
    """Return whom the match was prepared for."""
    return set(match.session["team_alignments"])


def may_join(match: Match, user_id: str) -> bool:
    """Tell whether the match is open to the user: a private one is to who is named, prepared it, or was invited."""
    return match.session.get("lobby_type") != PRIVATE or belongs(match, user_id) or user_id in match.invited


def may_invite(match: Match, user_id: str) -> bool:
    """Tell whether the user may let others join."""
    return belongs(match, user_id) or user_id in match.players


def places_for_guests(match: Match) -> int:
    """Return how many places there are for those whom the match does not name."""
    return max(match.limit - len(named(match)), 0)


def belongs(match: Match, user_id: str) -> bool:
    """Tell whether the match names the user, or the user prepared it."""
    return user_id in named(match) or user_id == match.session.get("spawned_by")
