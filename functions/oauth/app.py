"""OAuth 2.0's endpoints: tokens for others, questions about tokens, their end. docs/game-servers.md explains them."""

from symbolon.api.application import Route, application
from symbolon.oauth.device_grant import authorize_device
from symbolon.oauth.errors import oauth_failure
from symbolon.oauth.grants import issue_token
from symbolon.oauth.introspection import introspect
from symbolon.oauth.revocation import revoke

handler = application(
    "oauth",
    {
        "POST /oauth2/device_authorization": Route("authorize_device", authorize_device, oauth_failure),
        "POST /oauth2/token": Route("token", issue_token, oauth_failure),
        "POST /oauth2/introspect": Route("introspect", introspect, oauth_failure),
        "POST /oauth2/revoke": Route("revoke", revoke, oauth_failure),
    },
)
