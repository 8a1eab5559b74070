"""Operators of the development server: key pairs in a file for its owner alone, and what each pair may do.

The file has the form of AWS's own (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html), so that any tool
can use it: AWS_SHARED_CREDENTIALS_FILE. Its profiles are the template's policies for operators.
"""

import configparser
import os
import secrets
import string
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.errors import StartError
from local.gateway.events import Environ, path_of
from local.gateway.iam.signatures import RefusedError, Signed, signer
from local.template.operators import may_invoke

CREDENTIALS_FILE = "credentials"
"""In the folder that STATE_DIR names."""

PROFILES = {"default": "OperatorAdmin", "support": "OperatorSupport"}
"""The profiles of the file, and the policy of each by its logical id in the template."""

_ACCOUNT = "000000000000"
_LETTERS = string.ascii_uppercase + "234567"


@dataclass(frozen=True)
class KeyPair:
    """A profile's key pair."""

    profile: str
    access_key: str
    secret: str


class Operators:
    """Those whom the server knows: their key pairs, and the patterns of what each of them may ask for."""

    def __init__(self, pairs: list[KeyPair], policies: Mapping[str, tuple[str, ...]]) -> None:
        """Take the pairs and the template's policies; a profile whose policy it lacks may do nothing."""
        self._pairs = {pair.access_key: pair for pair in pairs}
        self._policies = policies

    def caller(self, environ: Environ, body: bytes) -> dict[str, Any] | None:
        """Give who signed the request, as a function is told of it, or None where the request must be refused."""
        try:
            key = signer(Signed.from_environ(environ, body), {name: pair.secret for name, pair in self._pairs.items()})
        except RefusedError as refusal:
            _explain(environ, str(refusal))
            return None
        profile = self._pairs[key].profile
        allowed = self._policies.get(PROFILES[profile], ())
        if not may_invoke(allowed, environ["REQUEST_METHOD"], path_of(environ)):
            _explain(environ, f"the policy {PROFILES[profile]} does not allow it")
            return None
        user_id = f"LOCAL{profile.upper()}"
        return {
            "accessKey": key,
            "accountId": _ACCOUNT,
            "callerId": user_id,
            "cognitoIdentity": None,
            "principalOrgId": None,
            "userArn": f"arn:aws:iam::{_ACCOUNT}:user/{PROFILES[profile]}",
            "userId": user_id,
        }


def key_pairs(folder: Path) -> list[KeyPair]:
    """Give the key pairs in the folder's file, which is made where there is none. Raises StartError."""
    path = folder / CREDENTIALS_FILE
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        path.chmod(0o600)  # a copied folder may have lost it
        return read_key_pairs(path)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("# Operators of the development server. Nobody but its owner may read this.\n")
        for profile in PROFILES:
            access_key = "LOCAL" + "".join(secrets.choice(_LETTERS) for _ in range(15))
            secret = secrets.token_urlsafe(30)
            file.write(f"\n[{profile}]\naws_access_key_id = {access_key}\naws_secret_access_key = {secret}\n")
    return read_key_pairs(path)


def read_key_pairs(path: Path) -> list[KeyPair]:
    """Give the key pairs in a file. Raises StartError when it is not as `key_pairs` writes it."""
    parser = configparser.RawConfigParser(default_section="")
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
        return [
            KeyPair(name, parser[name]["aws_access_key_id"], parser[name]["aws_secret_access_key"]) for name in PROFILES
        ]
    except (OSError, ValueError, KeyError, configparser.Error) as error:
        reason = " ".join(str(error).split())
        raise StartError(
            f"{path} does not have the operators' keys: delete it, and it is made anew ({reason})."
        ) from error


def _explain(environ: Environ, reason: str) -> None:
    print(f"{environ['REQUEST_METHOD']} {path_of(environ)} was refused: {reason}.", file=sys.stderr)
