"""The names of the grants at POST /oauth2/token: `symbolon.oauth.grants` has what they do."""

TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 (a name)

GRANT_TYPES = (TOKEN_EXCHANGE,)
