"""Errors that many operations have, by what brings them."""

from local.contract.operation import forbidden, invalid, missing, problems, refused, too_many, unavailable, unmet
from symbolon.api.body import MAX_BODY_BYTES, MAX_VARS, MAX_VARS_BYTES

EVERYWHERE = (
    *problems(500, 13, "The service is not configured correctly."),
    *unavailable("A service that this one needs is not available.", "The database is too busy."),
)
"""What any operation may answer that has a function of ours behind it."""

BODY = invalid(
    "Request body must be a JSON object.",
    "Request body is not valid JSON.",
    "Request body is not UTF-8 text.",
    "Request body has a string that is no valid Unicode text.",
    f"Request body too large, must be at most {MAX_BODY_BYTES} bytes.",
    "Request body is not what its Content-Encoding says.",
    "invalid value for {} field {}",
)
QUERY = invalid("Query string is not valid.", "too many values for field {}")
FLAG, INT32 = invalid("invalid value for bool field {}"), invalid("invalid value for int32 field {}")
VARS = invalid(f"Vars invalid, at most {MAX_VARS} entries and {MAX_VARS_BYTES} bytes as JSON.")
USERNAME = invalid(
    "Username invalid, no spaces or control characters allowed.", "Username invalid, must be 1-128 bytes."
)

SERVER_KEY = refused("Server key required", "Server key invalid")
BANNED = forbidden("User account banned.")
SESSION = (*refused("Auth token required", "Auth token invalid"), *missing("Account not found."), *BANNED)
HTTP_KEY = (*refused("HTTP key invalid"), *too_many("Too many failed attempts from this network."))

HOOK = (
    *forbidden("Refused by the game.", "In the words of the studio's own: {}"),
    *unavailable("Sign-in is not possible at the moment."),
)
"""A studio's function refuses, in whatever words, or fails: docs/hooks.md."""

CONTENTION = unavailable("The account is being changed by others.")
GUESSES = too_many(
    "Too many failed attempts.",
    "Too many failed attempts from this network.",
    "Too many attempts at once.",
    "Attempts cannot be counted at the moment.",
)
ADDRESS = invalid(
    "Invalid email address format.",
    "Invalid email address, no spaces or control characters allowed.",
    "Invalid email address, must be 10-255 bytes.",
)
PASSWORD = invalid(
    "Password must be at least 8 characters long.",
    "Password must be at most 1024 bytes long.",
    "Password is too common: it is on a list of those that attackers try first. Choose another one.",
)
NO_MAIL = unmet("Mail is not configured.")
CURSOR = invalid("Cursor is invalid.")
