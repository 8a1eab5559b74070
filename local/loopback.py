"""A developer's proxy has no way back to this machine: what is on loopback is asked without it."""

import os

_NAMES = ("127.0.0.1", "localhost", "::1")


def bypass_proxies(*others: str) -> None:
    """Have this process and those that it starts ask nobody else for what is on loopback, whatever HTTP_PROXY says.

    `others` are further addresses of this machine.
    """
    known = [name for variable in ("NO_PROXY", "no_proxy") for name in os.environ.get(variable, "").split(",") if name]
    names = ",".join(dict.fromkeys([*known, *_NAMES, *others]))
    os.environ.update({"NO_PROXY": names, "no_proxy": names})
