"""Banning and unbanning: the account's ban is replaced, on the condition that it is the one that was seen."""

from symbolon.aws.dynamodb import Write
from symbolon.errors import FailedPrecondition
from symbolon.identities.bans import ATTRIBUTES, Ban
from symbolon.identities.users import User, user_key
from symbolon.operators.acting import Plan, perform
from symbolon.records.entries import Author, Deed


def ban(user_id: str, new: Ban, author: Author) -> str:
    """Ban the account, in the place of a ban that it has; return the name of the entry. Raises NotFound."""
    return perform(user_id, author, lambda user: replacing(user, new, "ban"))


def unban(user_id: str, author: Author) -> str:
    """Lift the account's ban; return the name of the entry. Raises NotFound, FailedPrecondition where none holds."""

    def plan(user: User) -> Plan:
        if not user.is_banned:
            raise FailedPrecondition("The account is not banned.")
        return replacing(user, None, "unban")

    return perform(user_id, author, plan)


def replacing(user: User, new: Ban | None, action: str) -> Plan:
    """Return what gives the account this ban, or none, in the place of what it has."""
    old = user.ban.attributes() if user.ban else {}
    present = new.attributes() if new else {}
    names = {f"#{name}": name for name in ATTRIBUTES.values()}
    values = {f":old_{name}": text for name, text in old.items()} | {
        f":new_{name}": text for name, text in present.items()
    }
    # A name that no condition or update mentions is refused, and each is in the condition.
    condition = " AND ".join(
        f"#{name} = :old_{name}" if name in old else f"attribute_not_exists(#{name})" for name in ATTRIBUTES.values()
    )
    kept = ", ".join(f"#{name} = :new_{name}" for name in present)
    dropped = ", ".join(f"#{name}" for name in ATTRIBUTES.values() if name not in present)
    update = " ".join([f"SET {kept}" if kept else "", f"REMOVE {dropped}" if dropped else ""]).strip()
    write = Write("Update", user_key(user.user_id), f"attribute_exists(user_id) AND {condition}", update, names, values)
    return Plan([write], Deed(action, before=old, after=present))
