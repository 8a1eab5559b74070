"""`python -m local.operate.console`, or `make console STACK=name`: the console of a deployed stack, on this machine."""

import os
import sys
import time

from local.console.console import Console
from local.console.running import running_console
from local.errors import StartError
from local.interrupts import Interrupts, leave
from local.operate.console.stack import stack_service

_LOOK_AGAIN_SECONDS = 0.1


def main() -> int:
    """Serve until Ctrl-C or SIGTERM and give the exit status; the environment says what, see the Makefile."""
    interrupts = Interrupts(raising=False)
    try:
        _serve(interrupts)
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _serve(interrupts: Interrupts) -> None:
    if not os.environ.get("STACK"):
        raise StartError("Name the stack: make console STACK=symbolon. A local server has its console: make serve.")
    service = stack_service(os.environ)
    with running_console(os.environ.get("CONSOLE_PORT", ""), Console(service), is_needed=True) as url:
        print(f"The console of {service.name} is at {url}")
        for name in ("Address", "Region", "You"):
            print(f"  {name.lower():<9} {service.facts[name]}")
        print("  Ctrl-C ends it", flush=True)
        while not interrupts.came:
            time.sleep(_LOOK_AGAIN_SECONDS)


if __name__ == "__main__":
    leave(main())
