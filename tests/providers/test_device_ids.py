"""Device ids that are no ids, since many devices report the same."""

import pytest

from tests.helpers.players.client import Client
from tests.helpers.service.store import Store

LAST_LINK = "Cannot unlink last account identifier. Check profile exists and is not last link."
NO_IDS = [
    *(
        "0000000000",
        "0" * 128,
        "00000000-0000-0000-0000-000000000000",
        "00:00:00:00:00:00",
        "0x0000000000000000",
        "0.0.0.0.0.0",
    ),
    *("9774d56d682e549c", "9774D56D682E549C", "02:00:00:00:00:00", "02-00-00-00-00-00", "020000000000"),
    *("undefinedundefined", "undefined-undefined", "UNDEFINED_null", "nullnullnull", "(null)(null)", "null,null,null"),
    *(
        "n/an/an/an/a",
        "N/A-N/A-N/A-N/A",
        "NaNNaNNaNNaN",
        "unknownunknown",
        "unknown-unknown",
        "nonenonenone",
        "nilnilnilnil",
    ),
    *(
        "FF:FF:FF:FF:FF:FF",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "**********",
        "----------",
        "__________",
        "{}{}{}{}{}",
    ),
    *("cd9e459ea708a948d5c2f5a6ca8838cf", "0f607264fc6318a92b9e13c65db7cd3c", "d41d8cd98f00b204e9800998ecf8427e"),
    *("0123456789ABCDEF", "03000200-0400-0500-0006-000700080009", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
]
"""What many devices or games report for want of an id."""


@pytest.mark.parametrize("device_id", NO_IDS, ids=lambda device_id: device_id[:40])
def test_what_many_devices_report_is_no_id(client: Client, store: Store, device_id: str) -> None:
    """An id that many devices report neither signs in nor is linked, so that nobody shares an account by it."""
    anna = client.sign_in("anna")
    error = (400, 3, "Device ID invalid, many devices report this one: make a random one and keep it.")

    assert client.authenticate("device", id=device_id).error == error
    assert client.link(anna, "device", id=device_id).error == error
    assert client.unlink(anna, "device", id=device_id).error == (403, 7, LAST_LINK)
    assert len(store.rows("UsersTable")) == 1


@pytest.mark.parametrize(
    "device_id",
    [
        *(
            "uniqueidentifier",
            "1234567890",
            "xxxxxxxxxx",
            "00000000000000000001",
            "undefined-7f3a9c",
            "null-and-void-1",
        ),
        *(
            "device-of-unknown",
            "éééééé",
            "山田太郎山田",
            "0f607264fc6318a92b9e13c65db7cd3d",
            "nanobanana",
            "f" * 9 + "e",
        ),
    ],
)
def test_other_ids_are_taken(client: Client, device_id: str) -> None:
    """Whatever else looks odd is an id like any other."""
    assert client.authenticate("device", id=device_id).status == 200
