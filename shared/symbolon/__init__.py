"""Symbolon's shared layer: everything that more than one function needs, and nothing that knows a provider."""

import gc
import os

# What a function imports lives as long as its process. To look for garbage among it meanwhile, as Python does every few
# hundred objects, takes a tenth of the start (DECISIONS.md).
if "AWS_LAMBDA_RUNTIME_API" in os.environ:
    gc.disable()


def started() -> None:
    """Look for garbage from now on, and never among what there is by now. Does nothing but in Lambda."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
