"""The names of the grants at POST /oauth2/token: `symbolon.oauth.grants` has what they do."""

TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 (a name)
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"

GRANT_TYPES = (TOKEN_EXCHANGE, DEVICE_CODE)
