"""The caller's own account (read, change, delete) and other users as everyone sees them."""

from collections.abc import Mapping
from typing import Any

from symbolon.accounts import lifecycle
from symbolon.api.application import Route, application
from symbolon.api.authors import player
from symbolon.api.request import Request
from symbolon.api.validation import is_user_id, profile_fields
from symbolon.aws import dynamodb
from symbolon.errors import InvalidArgument
from symbolon.identities import shown, users
from symbolon.identities.names import checked_username, same_name
from symbolon.identities.users import identity_key, user_key, username_key
from symbolon.sessions.sessions import bearer_claims, current_session
from symbolon.settings.settings import Settings

MAX_LOOKUPS = 98
"""Users of one request: with the caller's account and session they fit one batch of 100 items."""


def get_account(request: Request, settings: Settings) -> Mapping[str, Any]:
    """Return the caller's account."""
    return shown.account_body(current_session(request, settings).user)


def update_account(request: Request, settings: Settings) -> Mapping[str, Any]:
    """Change the fields that are there: "" clears one, an absent one stays as it is."""
    user = current_session(request, settings).user
    username = request.body.optional_text("username")
    if username is not None and not (username := checked_username(username)):
        raise InvalidArgument("Username invalid, must be 1-128 bytes.")
    fields = profile_fields(request.body)
    if username is None and not fields:
        raise InvalidArgument("No fields to update.")
    lifecycle.change(user, fields, username)
    return {}


def delete_account(request: Request, settings: Settings) -> Mapping[str, Any]:
    """Delete the caller's account."""
    lifecycle.delete(current_session(request, settings).user, player(request, settings))
    return {}


def get_users(request: Request, settings: Settings) -> Mapping[str, Any]:
    """Return the users with the ids, usernames and Facebook ids of the query; those that do not exist are left out."""
    caller_id = bearer_claims(request, settings).user_id
    ids, usernames, facebook_ids = (request.query.get(name, []) for name in ("ids", "usernames", "facebook_ids"))
    if len(ids) + len(usernames) + len(facebook_ids) > MAX_LOOKUPS:
        raise InvalidArgument(f"At most {MAX_LOOKUPS} users can be requested at once.")
    for user_id in ids:
        if not is_user_id(user_id):
            raise InvalidArgument("ID '{}' is not a valid system ID.").quoting(user_id)
    by_id = [user_key(user_id.lower()) for user_id in ids]
    indirect = [username_key(same_name(name)) for name in usernames if name]
    indirect += [identity_key(f"facebook#{facebook_id}") for facebook_id in facebook_ids]
    items = current_session(request, settings, also=[*by_id, *indirect]).items
    named = users.owners(indirect, items)
    found = {**items, **dynamodb.batch_get(set(named) - items.keys())}
    asked = users.users_at([*by_id, *named], found)
    shows_all = settings.shows_provider_ids
    bodies = [shown.user_body(user, with_provider_ids=shows_all or user.user_id == caller_id) for user in asked]
    return {"users": bodies} if bodies else {}


handler = application(
    "account",
    {
        "GET /v2/account": Route("get_account", get_account),
        "PUT /v2/account": Route("update_account", update_account),
        "DELETE /v2/account": Route("delete_account", delete_account),
        "GET /v2/user": Route("get_users", get_users),
    },
)
