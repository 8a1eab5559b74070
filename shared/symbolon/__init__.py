"""Symbolon's shared layer: everything that more than one function needs, and nothing that knows a provider.

What it does when it is imported makes a function start sooner (DECISIONS.md has the figures): no garbage is looked for
meanwhile, and what libraries import for uses that nobody here makes of them is loaded when somebody does.
"""

import gc
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType
from typing import Final

POSTPONED: Final = frozenset(
    {
        "cryptography.x509",  # PyJWT asks whether an HMAC's key is a certificate; Game Center's certificates are loaded
    }
)


class _Postponing:
    """Finds the modules POSTPONED, and has them loaded when something of them is first asked for."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return the module's spec, None for one that is not to wait."""
        spec = PathFinder.find_spec(name, path, target) if name in POSTPONED else None
        if spec and spec.loader:
            spec.loader = LazyLoader(spec.loader)
        return spec


sys.meta_path.insert(0, _Postponing)

# What a function imports lives as long as its process. To look for garbage among it meanwhile, as Python does every few
# hundred objects, takes a tenth of the start.
if "AWS_LAMBDA_RUNTIME_API" in os.environ:
    gc.disable()


def started() -> None:
    """Look for garbage from now on, and never among what there is by now. Does nothing but in Lambda."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
