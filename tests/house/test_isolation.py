"""The tests keep to this machine: what nobody announced fails instead of reaching out."""

import socket

import pytest
import requests


def test_unannounced_http_fails() -> None:
    """A request to a provider that the test did not announce fails."""
    with pytest.raises(requests.ConnectionError, match="Connection refused by Responses"):
        requests.get("https://provider.example.com/keys", timeout=1)


@pytest.mark.parametrize("host", ["192.0.2.1", "example.com", "169.254.169.254"])
def test_other_hosts_are_out_of_reach(host: str) -> None:
    """No connection to another machine is opened, by whatever library."""
    with pytest.raises(RuntimeError, match="a test wants to reach"):
        socket.create_connection((host, 80), timeout=1)


def test_this_machine_is_within_reach() -> None:
    """Servers that the tests start are reached."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
