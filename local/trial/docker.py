"""Docker as far as `make invoke` has to do with it: how containers reach this machine, and which were left behind."""

import socket
import subprocess
from ipaddress import ip_network
from pathlib import Path

from local.errors import TrialError


def host_for_containers() -> tuple[str, str]:
    """Give the address to listen on for containers, and the name by which they reach it. Raises TrialError.

    Where the engine runs on this very machine, that is its bridge's address, which other machines do not see. Where it
    runs in a virtual machine, as Docker Desktop does, the bridge is in there, and a name leads to our loopback.
    """
    form = "{{with index .IPAM.Config 0}}{{.Subnet}} {{.Gateway}}{{end}}"
    subnet, *gateway = _docker("network", "inspect", "bridge", "--format", form).split()
    # Engines do not tell the gateway until they were started for a second time; it is the subnet's first address.
    bridge = gateway[0] if gateway else str(ip_network(subnet)[1])
    try:
        socket.create_server((bridge, 0)).close()
    except OSError:
        return "127.0.0.1", "host.docker.internal"
    return bridge, bridge


def remove_containers(build: Path) -> None:
    """Remove the containers that run, or ran, what is in the folder `build`; no others. Raises TrialError."""
    lines = _docker("ps", "--all", "--no-trunc", "--format", "{{.ID}} {{.Mounts}}").splitlines()
    if ours := [line.split()[0] for line in lines if f"{build}/" in line]:
        _docker("rm", "--force", *ours)


def _docker(*arguments: str) -> str:
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)  # noqa: S607 (the user's)
    if done.returncode:
        raise TrialError(f"FAILED  docker {arguments[0]}: {done.stderr.strip()}")
    return done.stdout
