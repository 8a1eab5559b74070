"""examples/studio-api beside the stack that is tried, where the stand-in can deploy it."""

import time
from collections.abc import Mapping
from pathlib import Path

from local import ROOT
from local.errors import SmokeError, TrialError
from local.trial.clients.believers import Believer, walk_studio
from local.trial.deployment import deploy_beside
from local.trial.front import front
from local.trial.service import Service

NAME = "studio-api"
TEMPLATE = ROOT / "examples/studio-api/template.yaml"
_FROM_OUTPUTS = ("SymbolonLayer", "SigningLayer", "UsersTable", "SessionsTable", "PublicKeys")


def try_studio(folder: Path, endpoint: str, outputs: Mapping[str, str], believer: Believer) -> None:
    """Deploy the studio's API, use it, and print a line. Raises SmokeError when it believes whom it should not.

    MiniStack's JWT authorizer does what AWS's does: it takes RS256 alone, by the key set that discovery tells it of.
    """
    start = time.perf_counter()
    values = {"Issuer": believer.service.url, **{name: outputs[name] for name in _FROM_OUTPUTS}}
    try:
        host = deploy_beside(NAME, TEMPLATE, folder, values)
    except TrialError as error:
        print(f"skipped {NAME}: the stand-in cannot deploy it\n{error}", flush=True)
        return
    with front(endpoint, host) as url:
        try:
            walk_studio(believer, Service(url, ""), by_token=True)
        except SmokeError as error:
            raise SmokeError(f"FAILED  {NAME}: {error}") from error
    print(f"ok      {NAME} beside it ({time.perf_counter() - start:.0f} s)", flush=True)
