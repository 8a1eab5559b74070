"""A call in the five languages of the samples. They take no more than what their language or engine brings along.

The values `url`, `token` (of a session) and the keys are the reader's; the page above the samples says which.
"""

import json
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlencode

from local.site.calls import FORM, Call

_JSON = "application/json"

SECRETS = {
    "session": "token",
    "serverKey": "server_key",
    "httpKey": "http_key",
    "httpKeyBasic": "http_key",
    "partnerBasic": "partner_id",
    "partnerId": "partner_id",
}
"""What a way to prove oneself takes, by the name that samples give it."""


def curl(call: Call) -> str:
    """Give the call as a line for a shell, with $URL, $TOKEN and the keys as variables."""
    parts = [f'curl "$URL{call.path}"'] if call.method == "GET" else [f'curl -X {call.method} "$URL{call.path}"']
    proof = {
        "session": '-H "Authorization: Bearer $TOKEN"',
        "sigv4": '--aws-sigv4 "aws:amz:$AWS_REGION:execute-api" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"',
        "partnerId": '-H "X-Client-Id: $PARTNER_ID" -H "X-Client-Secret: $PARTNER_SECRET"',
        "": "",
    }
    parts.append(proof.get(call.way, f'-u "${SECRETS.get(call.way, "").upper()}:"'))
    if call.form:
        parts += [f"--data-urlencode {_shell(f'{name}={value}')}" for name, value in call.form.items()]
    elif call.body is not None:
        parts += [f'-H "Content-Type: {_JSON}"', f"-d {_shell(json.dumps(call.body))}"]
    return " \\\n  ".join(part for part in parts if part)


def javascript(call: Call) -> str:
    """Give the call for a browser or Node."""
    lines = [f"  method: {json.dumps(call.method)},"]
    if headers := _pairs(call):
        lines.append(f"  headers: {{ {', '.join(headers)} }},")
    if call.form:
        lines.append(f"  body: new URLSearchParams({json.dumps(call.form)}),")
    elif call.body is not None:
        lines.append(f"  body: JSON.stringify({json.dumps(call.body)}),")
    asked = [f"const answer = await fetch(url + {json.dumps(call.path)}, {{", *lines, "});"]
    return "\n".join([*asked, "console.log(answer.status, await answer.text());"])


def csharp(call: Call) -> str:
    """Give the call for .NET, and for Unity."""
    made = (
        f'using var request = new HttpRequestMessage(new HttpMethod("{call.method}"), url + {json.dumps(call.path)});'
    )
    lines = [made]
    if proof := _basic_or_bearer(call, 'Convert.ToBase64String(Encoding.UTF8.GetBytes({} + ":"))'):
        lines.append(f'request.Headers.TryAddWithoutValidation("Authorization", {proof});')
    lines += [f'request.Headers.Add("{name}", {value});' for name, value in _partner(call)]
    if text := _text(call):
        lines.append(
            f"request.Content = new StringContent({json.dumps(text)}, Encoding.UTF8, {json.dumps(_media(call))});"
        )
    lines += [
        "using var answer = await new HttpClient().SendAsync(request);",
        "Console.WriteLine(await answer.Content.ReadAsStringAsync());",
    ]
    return "\n".join(lines)


def gdscript(call: Call) -> str:
    """Give the call for Godot 4, within a node's function."""
    headers = [json.dumps(f"Content-Type: {_media(call)}")] if _text(call) else []
    if proof := _basic_or_bearer(call, 'Marshalls.utf8_to_base64({} + ":")'):
        headers.append(f'"Authorization: " + {proof}')
    headers += [f'"{name}: " + {value}' for name, value in _partner(call)]
    body = f", {json.dumps(_text(call))}" if _text(call) else ""
    given = f"[{', '.join(headers)}], HTTPClient.METHOD_{call.method}{body}"
    return "\n".join(
        [
            "var http := HTTPRequest.new()",
            "add_child(http)",
            f"http.request(url + {json.dumps(call.path)}, {given})",
            "var answer = await http.request_completed",
            "print(answer[1], answer[3].get_string_from_utf8())",
        ]
    )


def lua(call: Call) -> str:
    """Give the call for Defold."""
    headers = [f'["Content-Type"] = {json.dumps(_media(call))}'] if _text(call) else []
    if proof := _basic_or_bearer(call, 'b64.encode({} .. ":")'):
        headers.append(f'["Authorization"] = {proof.replace(" + ", " .. ")}')
    headers += [f'["{name}"] = {value}' for name, value in _partner(call)]
    body = f", {json.dumps(_text(call))}" if _text(call) else ""
    first = 'local b64 = require "nakama.util.b64"\n' if "b64." in "".join(headers) else ""
    shown = "function(self, id, answer)\n  print(answer.status, answer.response)\nend"
    given = f"{shown}, {{ {', '.join(headers)} }}{body}"
    return f'{first}http.request(url .. {json.dumps(call.path)}, "{call.method}", {given})'


LANGUAGES: Mapping[str, tuple[str, Callable[[Call], str]]] = {
    "curl": ("sh", curl),
    "JavaScript": ("js", javascript),
    "C#": ("csharp", csharp),
    "GDScript": ("gdscript", gdscript),
    "Lua": ("lua", lua),
}
"""By the name that readers know: what marks it in Markdown, and what writes it."""


def _shell(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _text(call: Call) -> str:
    """Give the body as it is sent, "" for none."""
    if call.form:
        return urlencode(call.form, quote_via=quote)
    return json.dumps(call.body) if call.body is not None else ""


def _media(call: Call) -> str:
    return FORM if call.form else _JSON


def _pairs(call: Call) -> list[str]:
    """Give the headers of a call in JavaScript."""
    pairs = [f'"Content-Type": "{_JSON}"'] if call.body is not None and not call.form else []
    if proof := _basic_or_bearer(call, 'btoa({} + ":")'):
        pairs.append(f"Authorization: {proof}")
    return pairs + [f'"{name}": {value}' for name, value in _partner(call)]


def _basic_or_bearer(call: Call, encoded: str) -> str:
    """Give the value of the header Authorization as an expression; `encoded` is base64 of a key in its language."""
    if call.way in ("", "partnerId", "sigv4"):
        return ""
    if call.way == "session":
        return '"Bearer " + token'
    return '"Basic " + ' + encoded.format(SECRETS[call.way])


def _partner(call: Call) -> list[tuple[str, str]]:
    return [("X-Client-Id", "partner_id"), ("X-Client-Secret", "partner_secret")] if call.way == "partnerId" else []
