"""The API's reference: a page for each subject of docs/openapi.json, with samples in five languages."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.site.calls import Call, call_of
from local.site.fields import answers, parameters
from local.site.samples import LANGUAGES

Document = dict[str, Any]

_DOCS = re.compile(r"docs/([\w-]+)\.md")

_WAYS = {
    "session": "a session: `Authorization: Bearer` with its token",
    "serverKey": "the server key, as Basic's user name",
    "httpKey": "the http key, as `http_key=`",
    "httpKeyBasic": "the http key, as Basic's user name",
    "partnerId": "a partner's id and secret, as headers",
    "partnerBasic": "a partner's id and secret, by Basic",
    "sigv4": "AWS's signature, by an operator's role",
}


@dataclass(frozen=True)
class Sample:
    """A call in one language."""

    language: str
    call: Call
    text: str


def reference(document: Path, folder: Path) -> list[Sample]:
    """Write the pages into a folder, and give all samples that are on them."""
    api: Document = json.loads(document.read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    samples: list[Sample] = []
    for tag in api["tags"]:
        found = [(method, path, one) for method, path, one in operations(api) if tag["name"] in one["tags"]]
        page = [f"# {title(tag['name'])}", "", _DOCS.sub(r"[\1](../\1.md)", tag["description"]), ""]
        for method, path, operation in found:
            shown = samples_of(call_of(method, path, operation))
            samples += shown
            page += [_section((method, path, operation), api), *_tabs(shown), ""]
        (folder / f"{tag['name']}.md").write_text("\n".join(page), encoding="utf-8")
    (folder / "index.md").write_text(_index(api), encoding="utf-8")
    return samples


def operations(api: Document) -> list[tuple[str, str, Document]]:
    """Give method, path and description of all that the API does; HEAD is as GET."""
    return [
        (method, path, operation)
        for path, methods in api["paths"].items()
        for method, operation in methods.items()
        if method in ("get", "post", "put", "patch", "delete")
    ]


def samples_of(call: Call) -> list[Sample]:
    """Give a call in all languages; what AWS signs is for curl alone, since engines have no such thing."""
    languages = {"curl": LANGUAGES["curl"]} if call.way == "sigv4" else LANGUAGES
    return [Sample(name, call, write(call)) for name, (_, write) in languages.items()]


def title(tag: str) -> str:
    """Give a subject's name as a heading has it."""
    return {"rpc": "Procedures", "oauth": "OAuth"}.get(tag, tag.capitalize())


def _section(found: tuple[str, str, Document], api: Document) -> str:
    method, path, operation = found
    ways = [_WAYS[name] for scheme in operation.get("security", []) for name in scheme if name in _WAYS]
    proof = "; or ".join(dict.fromkeys(ways)) or "nothing"
    lines = [f"## {method.upper()} {path}", "", operation["summary"], "", f"Shown: {proof}.", ""]
    return "\n".join([*lines, *parameters(operation, api), *answers(operation, api)])


def _tabs(samples: list[Sample]) -> list[str]:
    lines: list[str] = []
    for sample in samples:
        marked = LANGUAGES[sample.language][0]
        code = [f"```{marked}", *sample.text.splitlines(), "```"]
        lines += [f'=== "{sample.language}"', "", *(f"    {line}" for line in code), ""]
    return lines


def _index(api: Document) -> str:
    rows = [
        f"| [`{method.upper()} {path}`]({one['tags'][0]}.md) | {one['summary']} |"
        for method, path, one in operations(api)
    ]
    return _INTRODUCTION + "\n".join(["| Call | |", "| --- | --- |", *rows, ""])


_INTRODUCTION = """# The API

All calls, made from the [OpenAPI document](../openapi.json), which Swagger UI and makers of clients read.
Games mostly use one of [Nakama's clients](../start.md), which make these calls for them.

The samples take these values; where they lie, `make serve` says at its start:

| Value | In curl | Here |
| --- | --- | --- |
| the address | `URL` | `http://127.0.0.1:7350`, or your deployment's |
| a session's token | `TOKEN` | what a [sign-in](sign-in.md) answers |
| the server key, which is in the game | `SERVER_KEY` | `defaultkey`, or your deployment's |
| the http key, for your servers alone | `HTTP_KEY` | `defaulthttpkey`, or your deployment's |
| a partner's id and secret | `PARTNER_ID`, `PARTNER_SECRET` | `make partner ARGS='add "Their name"'` |

An error is JSON with gRPC's `code` and a `message`: [errors, and what to do](../errors.md).

"""
