"""The tests keep to this machine: what nobody announced fails instead of reaching out."""

import socket

import pytest

from symbolon.internet.answers import Call
from symbolon.internet.outbound import Outbound


def test_unannounced_http_fails() -> None:
    """A request to a provider fails in a test that has no internet, and not as an outage of the provider would."""
    with pytest.raises(RuntimeError, match="a test wants to reach"):
        Outbound("a provider", ["provider.example.com"]).ask(Call("https://provider.example.com/keys"))


@pytest.mark.parametrize("host", ["192.0.2.1", "example.com", "169.254.169.254"])
def test_other_hosts_are_out_of_reach(host: str) -> None:
    """No connection to another machine is opened, by whatever library."""
    with pytest.raises(RuntimeError, match="a test wants to reach"):
        socket.create_connection((host, 80), timeout=1)


def test_this_machine_is_within_reach() -> None:
    """Servers that the tests start are reached."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
