"""The samples of the API's reference do what they show: curl's and JavaScript's are run against a server."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from local import ROOT
from local.site.calls import call_of
from local.site.reference import Sample, operations, reference, samples_of
from tests.helpers.players.client import basic
from tests.helpers.service.local_gateway import running_gateway

API = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))
RESPONSES = {one["operationId"]: {int(status) for status in one["responses"]} for _, _, one in operations(API)}
NEVER = {413, 431, 500, 503}
WORKING = {
    "deleteV2Account": 200,
    "getHealthcheck": 200,
    "getV2Account": 200,
    "getV2Friend": 200,
    "getV2Session": 200,
    "postOauth2DeviceAuthorization": 200,
    "postV2AccountAuthenticateCustom": 200,
    "postV2AccountAuthenticateDevice": 200,
    "postV2AccountAuthenticateEmail": 200,
    "postV2AccountLinkCustom": 409,  # the sample of the sign-in has it
    "postV2RpcMatchList": 200,
    "putV2Account": 200,
}
"""What some samples must come to, all of them in this order of signing in first."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Give a server of their own."""
    with running_gateway() as found:
        yield found


def samples(language: str) -> list[Sample]:
    """Give all samples of a language that the server here can answer, sign-ins first."""
    calls = [call_of(method, path, one) for method, path, one in operations(API)]
    found = [one for call in calls if call.way != "sigv4" for one in samples_of(call) if one.language == language]
    return sorted(found, key=lambda one: "Authenticate" not in one.call.operation_id)


def tokens(url: str, count: int) -> Iterator[str]:
    """Sign in as many players, so that no sample meets what another has done."""
    for at in range(count):
        body = json.dumps({"id": f"a-device-of-samples-{at:04}"}).encode()
        asked = Request(f"{url}/v2/account/authenticate/device", body, {"authorization": basic("defaultkey")})  # noqa: S310 (http)
        with urlopen(asked, timeout=30) as answer:  # noqa: S310 (as above)
            yield json.load(answer)["token"]


def shell(url: str, found: Sequence[Sample]) -> str:
    """Give a script that runs curl's samples, each with its status on a line."""
    lines = ["curl() { command curl -s -o /dev/null -w '%{http_code}\\n' \"$@\"; }", f"URL={url} SERVER_KEY=defaultkey"]
    lines += ["HTTP_KEY=defaulthttpkey PARTNER_ID=1234567890 PARTNER_SECRET=none"]
    for sample, token in zip(found, tokens(url, len(found)), strict=True):
        lines += [f"TOKEN={token}", sample.text]
    return "\n".join(lines)


def module(url: str, found: Sequence[Sample]) -> str:
    """Give a module that runs JavaScript's samples, each with its status at the start of a line."""
    lines = [f"const url = '{url}', server_key = 'defaultkey', http_key = 'defaulthttpkey';"]
    lines += ["const partner_id = '1234567890', partner_secret = 'none';"]
    lines += ["console.log = (status) => process.stdout.write(`${status}\\n`);"]
    for sample, token in zip(found, tokens(url, len(found)), strict=True):
        lines.append(f"{{ const token = '{token}';\n{sample.text}\n}}")
    return "\n".join(lines)


def run(command: Sequence[str], text: str) -> list[int]:
    """Run a script that an interpreter reads, and give the statuses that it prints."""
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    ended = subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=240, check=False, env=environment
    )
    assert ended.returncode == 0, ended.stderr
    return [int(line) for line in ended.stdout.split()]


@pytest.mark.long
@pytest.mark.parametrize(
    ("language", "command", "script"),
    [("curl", ["bash"], shell), ("JavaScript", ["node", "--input-type=module", "-"], module)],
    ids=["curl", "javascript"],
)
def test_samples_run(
    url: str, language: str, command: list[str], script: Callable[[str, Sequence[Sample]], str]
) -> None:
    """Each sample gets an answer that its page has, and those that need nothing more than a player work."""
    for tool in (command[0], *(["curl"] if language == "curl" else [])):
        if not shutil.which(tool):
            pytest.skip(f"there is no {tool} here")
    found = samples(language)

    statuses = dict(zip([one.call.operation_id for one in found], run(command, script(url, found)), strict=True))

    wrong = {name: status for name, status in statuses.items() if status not in RESPONSES[name] - NEVER}
    assert wrong == {}
    assert {name: statuses[name] for name in WORKING} == WORKING


def test_each_call_has_its_samples(tmp_path: Path) -> None:
    """Each operation is on a page, in five languages, but for those that AWS signs."""
    found = reference(ROOT / "docs/openapi.json", tmp_path)

    by_call: dict[str, list[str]] = {}
    for sample in found:
        by_call.setdefault(sample.call.operation_id, []).append(sample.language)
    assert by_call.keys() == RESPONSES.keys()
    assert {len(languages) for languages in by_call.values()} == {1, 5}
    assert "`refresh_token`" in (tmp_path / "sign-in.md").read_text(encoding="utf-8")
