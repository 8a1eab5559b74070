"""Libraries that nobody here wrote verify our tokens from discovery alone: docs/game-servers.md, run as it is."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import jwt
import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet

from local import ROOT
from tests.helpers.players.client import SERVER_KEY, basic
from tests.helpers.service.local_gateway import running_gateway

JOSE = ROOT / "tests/jose/node_modules"
PAGE = (ROOT / "docs/game-servers.md").read_text(encoding="utf-8")
EXCHANGE = {
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
}


@dataclass(frozen=True)
class Service:
    """A server that signs with one algorithm, a session of a player, and what it was exchanged for."""

    url: str
    algorithm: str
    session: str
    user_id: str
    tokens: dict[str, str]

    @property
    def refused(self) -> list[str]:
        """Tokens that a game server must not take: a session, one for somebody else, and one that was changed."""
        good = self.tokens["match-server"]
        return [self.session, self.tokens["shop"], good[:-4] + ("AAAA" if good[-4:] != "AAAA" else "BBBB")]


@pytest.fixture(scope="module", params=["ES256", "RS256"])
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Run a server with audiences, and sign a player in."""
    settings = tmp_path_factory.mktemp("settings") / "settings.json"
    document = {
        "server_key": SERVER_KEY,
        "session": {"algorithm": request.param},
        "audiences": {"match-server": {}, "shop": {}},
    }
    settings.write_text(json.dumps(document))
    with running_gateway(SETTINGS_FILE=str(settings)) as url:
        session = _post(f"{url}/v2/account/authenticate/device", json.dumps({"id": "a-device-of-a-player"}))["token"]
        tokens = {
            name: _post(f"{url}/oauth2/token", urlencode({**EXCHANGE, "audience": name, "subject_token": session}))[
                "access_token"
            ]
            for name in ("match-server", "shop")
        }
        user_id = jwt.decode(session, options={"verify_signature": False})["sub"]
        yield Service(url, request.param, session, user_id, tokens)


def _post(url: str, body: str) -> dict[str, Any]:
    kind = "application/json" if body.startswith("{") else "application/x-www-form-urlencoded"
    headers = {"content-type": kind} | ({"authorization": basic(SERVER_KEY)} if "authenticate" in url else {})
    with urlopen(Request(url, body.encode(), headers)) as answer:  # noqa: S310 (a server of this test)
        content: dict[str, Any] = json.loads(answer.read())
    return content


def snippet(language: str) -> str:
    """Give the program in a language that the page shows."""
    [program] = re.findall(rf"```{language}\n(.*?player.*?)```", PAGE, re.DOTALL | re.IGNORECASE)[-1:]
    return str(program)


def _python(folder: Path) -> list[str]:
    (folder / "verify.py").write_text(snippet("python"))
    return [sys.executable, str(folder / "verify.py")]


def _node(folder: Path) -> list[str]:
    if not (JOSE / "jose").is_dir() or not shutil.which("node"):
        pytest.skip("needs Node, and npm to have installed tests/jose")
    (folder / "node_modules").symlink_to(JOSE)
    (folder / "verify.mjs").write_text(snippet("js"))
    return ["node", str(folder / "verify.mjs")]


def _go(folder: Path) -> list[str]:
    if not shutil.which("go"):
        pytest.skip("needs Go")
    (folder / "verify.go").write_text(snippet("go"))
    subprocess.run(
        ["go", "build", "-o", "verify", "verify.go"],  # noqa: S607 (the machine's)
        cwd=folder,
        check=True,
        env={
            "PATH": "/usr/bin:/bin:/usr/local/go/bin",
            "HOME": str(folder),
            "GOFLAGS": "-mod=mod",
            "GO111MODULE": "off",
        },
    )
    return [str(folder / "verify")]


@pytest.mark.long
@pytest.mark.parametrize("prepare", [_python, _node, _go], ids=["python", "node", "go"])
def test_programs_of_the_page(service: Service, tmp_path: Path, prepare: Callable[[Path], list[str]]) -> None:
    """Each program says whose token it is, and refuses a session, a token for somebody else and a forged one."""
    if prepare is _go and service.algorithm != "ES256":
        pytest.skip("the program in Go is for ES256")
    command = prepare(tmp_path)

    def run(token: str) -> tuple[int, str]:
        done = subprocess.run([*command, service.url, token], capture_output=True, text=True, check=False, timeout=60)
        return done.returncode, done.stdout.strip()

    assert run(service.tokens["match-server"]) == (0, service.user_id)
    for token in service.refused:
        status, printed = run(token)
        assert (status != 0, printed) == (True, "")


@pytest.mark.long
def test_pyjwt_finds_the_keys(service: Service) -> None:
    """PyJWT's client finds the key of a session from the key set's address alone, and of a strange one none."""
    client = jwt.PyJWKClient(f"{service.url}/.well-known/jwks.json")

    key = client.get_signing_key_from_jwt(service.session)
    claims = jwt.decode(service.session, key, algorithms=[service.algorithm], issuer=service.url, audience="symbolon")

    assert claims["sub"] == service.user_id
    with pytest.raises(jwt.PyJWKClientError):
        client.get_signing_key(f"{key.key_id}x")


@pytest.mark.long
@pytest.mark.parametrize("path", ["openid-configuration", "oauth-authorization-server"])
def test_authlib_takes_the_document(service: Service, path: str) -> None:
    """Authlib finds the document where RFC 8414 says, finds it in order, and verifies a session by its keys."""
    address = get_well_known_url(service.url, external=True, suffix=path)
    metadata = AuthorizationServerMetadata(_get(address))
    metadata.validate()

    keys = KeySet.import_key_set(_get(metadata["jwks_uri"]))
    token = joserfc_jwt.decode(service.session, keys, algorithms=metadata["id_token_signing_alg_values_supported"])

    registry = joserfc_jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": metadata["issuer"]}, aud={"essential": True, "value": "symbolon"}
    )
    registry.validate(token.claims)
    assert token.claims["sub"] == service.user_id


def _get(url: str) -> Any:  # noqa: ANN401 (JSON)
    with urlopen(url) as answer:  # noqa: S310 (a server of this test)
        return json.loads(answer.read())


def test_the_page_shows_each_language() -> None:
    """The page has a program for each of the four languages, and says which of them was not run."""
    assert [language for language in ("python", "js", "go", "csharp") if f"```{language}\n" not in PAGE] == []
    assert "this one is not, for want of a tool-chain" in PAGE
