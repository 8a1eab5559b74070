"""PyPI's nakama-python against a running server: `python drive.py HOST PORT SERVER_KEY SCHEME`.

The client gives each answer as the JSON that came, and raises nothing for a refusal. It tells who the player is from
the token.
"""

import asyncio
import sys
import uuid
from typing import Any

from nakama import NakamaClient

NAMES = [
    "Zoë",
    "山田 太郎",
    "Ωmega",
    "🦊 fox",
    "e\u0301",
    "ab?",
    "ab>",
    "ab~",
    "?~>?~>",
    "~~~~",
    "é?é>é~é",
    "\\?",
    '"~"',
    "Ã©",
]


def new_id(kind: str) -> str:
    """Give an id that nobody has."""
    return f"{kind}-{uuid.uuid4()}"


def equal(actual: object, expected: object) -> None:
    """Exit with both unless they are equal."""
    if actual != expected:
        sys.exit(f"{actual!r} is not {expected!r}")


def sign_in(client: Any, answer: dict[str, Any]) -> None:  # noqa: ANN401 (the client has no types)
    """Use the session of an answer from here on."""
    client.session.token = answer["token"]
    client.session.set_refresh_token(answer["refresh_token"])


async def walk_names(client: Any, server_key: str) -> None:  # noqa: ANN401
    """Names and variables outside ASCII are in the session as they were given, and in the account."""
    for name in NAMES:
        client.session.set_basic(server_key)
        username = f"{name} {uuid.uuid4().hex[:8]}"
        custom = client.account.authenticate.custom
        answer = await custom(new_id("custom"), vars={name: name}, create=True, username=username)
        sign_in(client, answer)
        account = await client.account.get()

        equal(client.session.vars, {name: name})
        equal(client.session.username, account["user"]["username"])
        equal(account["user"]["id"], client.session.user_id)


async def walk_identities(client: Any, server_key: str) -> None:  # noqa: ANN401
    """Identities are linked, sign in to the account and are unlinked; the last stays."""
    client.session.set_basic(server_key)
    device, custom, address = new_id("device"), new_id("custom"), f"{uuid.uuid4()}@example.com"
    first = await client.account.authenticate.device(device, create=True)
    sign_in(client, first)
    equal(first.get("created"), expected=True)
    equal(await client.account.link.custom(custom), {})
    equal(await client.account.link.email(address, "correct horse battery"), {})
    account = await client.account.get()
    equal([account["custom_id"], account["email"]], [custom, address])
    equal(await client.account.unlink.custom(custom), {})
    equal(await client.account.unlink.email(address, "correct horse battery"), {})
    refused = await client.account.unlink.device(device)
    equal(refused["code"], 7)


async def walk_account(client: Any, server_key: str) -> None:  # noqa: ANN401
    """What is changed is there, for others too; friends are found; the session is renewed, and ends."""
    equal(await client.account.update(display_name="Ada É", location="Zürich", timezone="Europe/Zurich"), {})
    own = client.session.user_id
    [found] = (await client.users.get(ids=[own]))["users"]
    equal([found["display_name"], found["location"]], ["Ada É", "Zürich"])
    equal((await client.friends.list()).get("friends", []), [])
    equal((await client.friends.add(user_ids=[str(uuid.uuid4())])).get("code", 0), 0)
    refresh_token = client.session.refresh_token
    client.session.set_basic(server_key)  # it would show the session, where the server key is asked for
    client.session.set_refresh_token(refresh_token)
    sign_in(client, await client.session.refresh())
    equal(client.session.user_id, own)
    equal(await client.session.logout(), {})
    equal((await client.account.get())["code"], 16)


async def main(host: str, port: str, server_key: str, scheme: str) -> None:
    """Use the service in all ways that the client knows and that are offered here."""
    client = NakamaClient(host, int(port), server_key, use_ssl=scheme == "https")
    try:
        equal(await client.healthcheck(), {})
        await walk_names(client, server_key)
        await walk_identities(client, server_key)
        await walk_account(client, server_key)
    finally:
        await client.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
