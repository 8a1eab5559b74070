"""Accounts as they are stored: one item holds all of a user, so that one read answers every question about it."""

import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Self

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, Key, Write, key
from symbolon.errors import Banned, Unauthenticated
from symbolon.identities.bans import Ban, rfc3339
from symbolon.identities.identity import ExternalIdentity, Profile
from symbolon.values import NOTHING, concealing

PROFILE_FIELDS = ("display_name", "avatar_url", "lang_tag", "location", "timezone")


class User(NamedTuple):
    """One account. Times are RFC 3339 in UTC, "" where nothing has happened yet.

    `links` has the account's identities: by provider the subject, and by "device#<id>" the id of each device.
    `metadata` is a JSON object as text, which the studio keeps with the account. `guard` is what
    lately happened to its secret (`symbolon.limits.guard`). The last ones are about merges: see
    `symbolon.identities.merges`.
    """

    user_id: str
    username: str
    links: Mapping[str, str]
    create_time: str
    update_time: str
    generation: int = 0
    spared: str = ""
    password_hash: str = ""
    contact_email: str = ""
    profile: Mapping[str, str] = NOTHING
    verify_time: str = ""
    ban: Ban | None = None
    edge_count: int = 0
    metadata: str = "{}"
    guard: Mapping[str, Any] = NOTHING
    partner_profile: Mapping[str, str | int] = NOTHING
    forgotten_to: str = ""
    merged_into: str = ""
    absorbed: Sequence[str] = ()
    incoming: Mapping[str, Any] = NOTHING

    def __repr__(self) -> str:
        """Show what is no secret."""
        return concealing(self, "password_hash")

    @classmethod
    def from_item(cls, item: Item) -> Self:
        """Build a user from its item."""
        return cls(
            user_id=item["user_id"],
            username=item["username"],
            links=item["links"],
            create_time=item["create_time"],
            update_time=item["update_time"],
            generation=item.get("generation", 0),
            spared=item.get("spared", ""),
            password_hash=item.get("password_hash", ""),
            contact_email=item.get("contact_email", ""),
            profile={name: item[name] for name in PROFILE_FIELDS if item.get(name)},
            verify_time=item.get("verify_time", ""),
            ban=Ban.from_item(item),
            edge_count=item.get("edge_count", 0),
            metadata=item.get("metadata", "{}"),
            guard=item.get("guard", {}),
            partner_profile=item.get("partner_profile", {}),
            forgotten_to=item.get("forgotten_to", ""),
            merged_into=item.get("merged_into", ""),
            absorbed=item.get("absorbed", ()),
            incoming=item.get("incoming", {}),
        )

    def admits(self, session_id: str, generation: int) -> bool:
        """Tell whether a session that began in this generation is not over: none of an older one is, but one spared."""
        return generation == self.generation or self.spared == spared(session_id, generation)

    def has(self, identity: ExternalIdentity) -> bool:
        """Tell whether the identity is the account's, or its username is what the identity names."""
        places = (self.links.get(identity.provider), self.links.get(identity.key))
        return identity.username == self.username if identity.username else identity.subject in places

    @property
    def is_banned(self) -> bool:
        """Whether an operator has closed the account, and the end of that has not come."""
        return self.ban is not None and self.ban.holds

    @property
    def disable_time(self) -> str:
        """Since when it is banned, "" when it is not."""
        return self.ban.since if self.ban and self.ban.holds else ""

    def require_admission(self) -> None:
        """Raise Banned while a ban holds."""
        if self.ban and self.ban.holds:
            raise Banned(self.ban.until)

    @property
    def email(self) -> str:
        """The address to show: the one that signs in, or else one that a provider has claimed."""
        return self.links.get("email", self.contact_email)


def spared(session_id: str, generation: int) -> str:
    """Return what an account has as `spared` for a session that goes on while all others of its generation end."""
    return f"{session_id}#{generation}"


def user_key(user_id: str) -> Key:
    """Return the key of a user's item."""
    return key("USERS_TABLE", user_id=user_id)


def username_key(username: str) -> Key:
    """Return the key of the item that says whose a username is."""
    return key("USERNAMES_TABLE", username=username)


def identity_key(identity: str) -> Key:
    """Return the key of the item that says whose an identity (`ExternalIdentity.key`) is."""
    return key("IDENTITIES_TABLE", identity=identity)


def find(wanted: ExternalIdentity, *, is_fresh: bool = True) -> User | None:
    """Return the account that the identity belongs to, in two reads, or None.

    Where it need not be fresh, None may also mean that the identity got its account a moment ago. Raises
    Unauthenticated where the provider stated the identity before it said that what it had stated is void.
    """
    at = username_key(wanted.username) if wanted.username else identity_key(wanted.key)
    # Whose an identity is may be read as it was a moment ago: the account's own item, read as it is, says it too.
    user = None if wanted.stated_at else _user_of(dynamodb.get(at, is_fresh=False))
    if user and not user.merged_into and user.has(wanted):
        return user
    return _owner(at, wanted.stated_at) if is_fresh or user or wanted.stated_at else None


def find_owner(at: Key) -> User | None:
    """Return the account to which the username or identity item at this key belongs, or None."""
    return _owner(at, 0)


def _owner(at: Key, stated_at: int) -> User | None:
    # One that was merged into another between the two reads is looked for again.
    user = _read_owner(at, stated_at)
    if user and user.merged_into:
        user = _read_owner(at, stated_at)
    return None if user is None or user.merged_into else user


def _read_owner(at: Key, stated_at: int) -> User | None:
    owner = dynamodb.get(at)
    if owner and 0 < stated_at < owner.get("void_before", 0):
        raise Unauthenticated("The credential is void since: sign in with its provider again.")
    return _user_of(owner)


def _user_of(owner: Item | None) -> User | None:
    item = dynamodb.get(user_key(owner["user_id"])) if owner else None
    return User.from_item(item) if item else None


def owners(keys: Iterable[Key], items: Mapping[Key, Item]) -> list[Key]:
    """Return the keys of the users to whom the username and identity items at `keys` belong, where there are any."""
    return [user_key(items[at]["user_id"]) for at in keys if at in items]


def users_at(keys: Sequence[Key], items: Mapping[Key, Item]) -> list[User]:
    """Return the users at `keys`, each once, from the items that were read; those that were merged away are none."""
    there = (items[at] for at in dict.fromkeys(keys) if at in items)
    return [User.from_item(item) for item in there if "merged_into" not in item]


def replace_password_hash(user: User, new: str) -> None:
    """Store a new hash of the user's password, unless it was changed meanwhile."""
    values = {":old": user.password_hash, ":new": new}
    dynamodb.update(
        Write("Update", user_key(user.user_id), "password_hash = :old", "SET password_hash = :new", values=values)
    )


def missing(user: User, profile: Profile) -> dict[str, str]:
    """Return the attributes of a provider's profile for which the account has nothing yet."""
    known = {**user.profile, "contact_email": user.email}
    return {name: value for name, value in profile.attributes().items() if not known.get(name)}


def fill(user: User, fields: Mapping[str, str]) -> None:
    """Set attributes that `missing` named, where there is still nothing."""
    update = "SET " + ", ".join(f"{name} = if_not_exists({name}, :{name})" for name in fields)
    values = {f":{name}": value for name, value in fields.items()}
    dynamodb.update(Write("Update", user_key(user.user_id), "attribute_exists(user_id)", update, values=values))


def new_user(username: str, identity: ExternalIdentity, link: str) -> dict[str, Any]:
    """Return the attributes of a new account that has one identity, under `link`."""
    now = timestamp()
    attributes = {
        "username": username,
        "links": {link: identity.subject},
        "create_time": now,
        "update_time": now,
        "lang_tag": "en",
        "password_hash": identity.secret.hash() if identity.secret else "",
    } | identity.profile.attributes()
    return {name: value for name, value in attributes.items() if value} | {"generation": 0}


def new_user_id() -> str:
    """Return a fresh account id."""
    return str(uuid.uuid4())


def timestamp() -> str:
    """Return the present time, to the second."""
    return rfc3339(time.time())
