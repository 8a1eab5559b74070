"""account/authenticate/password and account/lookup: players known by user id, Discord id or username."""

from symbolon.api.body import Body
from symbolon.api.validation import is_user_id
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Key
from symbolon.errors import InvalidArgument, NotFound, Unauthenticated
from symbolon.hooks.wanted import hook_before_sign_in
from symbolon.identities import users
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.names import same_name
from symbolon.identities.passwords import Password
from symbolon.identities.users import User, identity_key, user_key, username_key
from symbolon.limits.gate import Gate
from symbolon.rpc import Caller, RpcCall, procedure
from symbolon.sessions import sessions
from symbolon.sessions.refresh import refresh
from symbolon.settings.limits import Limits


@procedure("account/authenticate/password", caller=Caller.SERVER)
def authenticate_with_password(call: RpcCall) -> object:
    """Return a session for one of user_id, discord_id or username with the account's password, or for a refresh_token.

    An account that does not exist, has no password, or has another is refused in the same words after the same work.
    """
    if call.body.has("refresh_token"):
        return refresh(call.body.text("refresh_token"), {}, call.request, call.settings)
    password = Password.checked(call.body.text("password"))
    user = _find(call.body)
    permit = _gate(call).guess(user, _name(call.body))
    if not password.matches(user.password_hash if user else "") or user is None:
        permit.failed()
        raise Unauthenticated("Invalid credentials.")
    permit.succeeded()
    user.require_admission()
    hook = hook_before_sign_in(call.request, call.settings)
    if hook.ask:
        hook.ask(ExternalIdentity("email", user.links.get("email", "")), user)
    if password.is_outdated(user.password_hash):
        users.replace_password_hash(user, password.rehash())
    call.request.trace.user_id = user.user_id
    return sessions.issue(user, hook.variables, call.request, call.settings)


@procedure("account/lookup", caller=Caller.SESSION)
def look_up(call: RpcCall) -> object:
    """Return what everyone may see of the user with exactly this discord_id, user_id or username."""
    user = _find(call.body)
    if user is None:
        raise NotFound("User not found.")
    return {
        "id": user.user_id,
        "discord_id": user.links.get("discord", "") if _shows_discord_id(user, call) else "",
        "username": user.username,
        "display_name": user.profile.get("display_name", ""),
        "avatar_url": user.profile.get("avatar_url", ""),
    }


def _shows_discord_id(user: User, call: RpcCall) -> bool:
    """Tell whether the caller may see the id, or knows it already."""
    is_known = bool(call.body.text("discord_id")) and not call.body.text("user_id")
    return call.settings.shows_provider_ids or is_known or user.user_id == call.caller.user.user_id


def _gate(call: RpcCall) -> Gate:
    """Return the gate of a server at which many players sign in: guesses are counted by account alone."""
    trace, limits = call.request.trace, Limits.of(call.settings.document)
    return Gate(call.request.source_ip, limits, trace.events, is_players=False, tried=trace.concerns)


def _name(body: Body) -> str:
    """Return by what the account is asked for."""
    return body.text("user_id").lower() or str(_owner_key(body).parts)


def _find(body: Body) -> User | None:
    """Return the user whom the first of user_id, discord_id and username names."""
    if user_id := body.text("user_id"):
        item = dynamodb.get(user_key(user_id.lower())) if is_user_id(user_id) else None
        return User.from_item(item) if item and "merged_into" not in item else None
    return users.find_owner(_owner_key(body))


def _owner_key(body: Body) -> Key:
    if discord_id := body.text("discord_id"):
        return identity_key(f"discord#{_bounded(discord_id)}")
    if username := body.text("username"):
        return username_key(same_name(_bounded(username)))
    raise InvalidArgument("One of user_id, discord_id and username is required.")


def _bounded(text: str) -> str:
    # Longer than any id or name, and within what a key may have.
    return text[:255]
