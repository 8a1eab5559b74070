"""POST /oauth2/token: each grant type is a function in GRANTS."""

from collections.abc import Callable, Mapping
from typing import Any

from symbolon.api.request import Request
from symbolon.oauth.clients import asker_of
from symbolon.oauth.device_grant import sign_in_device
from symbolon.oauth.errors import OAuthError, UnknownGrant, UnknownScope, UnknownTarget
from symbolon.oauth.exchange import TOKEN_TYPES, audience_for, exchanged, session_shown
from symbolon.oauth.form import Form
from symbolon.oauth.grant_types import DEVICE_CODE, TOKEN_EXCHANGE
from symbolon.settings.settings import Settings

Grant = Callable[[Form, Request, Settings], Mapping[str, Any]]


def issue_token(request: Request, settings: Settings) -> Mapping[str, Any]:
    """Give the token that the form's grant leads to."""
    form = Form.of(request)
    grant = GRANTS.get(form.required("grant_type"))
    if grant is None:
        raise UnknownGrant("The grant type is none of ours.")
    return grant(form, request, settings)


def exchange_token(form: Form, request: Request, settings: Settings) -> Mapping[str, Any]:
    """Give a token for the audience that the form names, for the player whose session token is the subject."""
    asker = asker_of(request, settings)
    if form.text("subject_token_type") not in TOKEN_TYPES:
        raise OAuthError("subject_token_type must be that of an access token, or of a JWT.")
    if form.text("requested_token_type") not in ("", *TOKEN_TYPES):
        raise OAuthError("requested_token_type must be that of an access token, or of a JWT.")
    if form.text("actor_token") or form.text("actor_token_type"):
        raise OAuthError("There is no delegation: actor_token must not be there.")
    if form.text("scope"):
        raise UnknownScope("There are no scopes.")
    if form.values.get("resource") or len(form.values.get("audience", [])) > 1:
        raise UnknownTarget("A token is for one audience, and by its name.")
    audience = audience_for(asker, form.required("audience"), settings)
    session = session_shown(form.required("subject_token"), settings)
    request.trace.user_id = session.user.user_id
    return exchanged(session, audience, asker, settings).body()


GRANTS: Mapping[str, Grant] = {TOKEN_EXCHANGE: exchange_token, DEVICE_CODE: sign_in_device}
"""By grant type; `symbolon.oauth.grant_types` has their names, which discovery publishes."""
