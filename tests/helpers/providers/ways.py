"""All ways to sign in: those of `credentials`, and the `WAY` of each provider's test file that has one.

A new provider is tried by the tests of all providers without being named in any of them.
"""

import importlib
from collections.abc import Iterator

from local import ROOT
from tests.helpers.providers import credentials
from tests.helpers.providers.credentials import Way


def _announced() -> Iterator[Way]:
    for path in sorted(ROOT.glob("tests/providers/test_*.py")):
        if "\nWAY = " in path.read_text(encoding="utf-8"):
            yield importlib.import_module(f"tests.providers.{path.stem}").WAY


ANNOUNCED = {way.provider: way for way in _announced()}
WAYS = {**credentials.WAYS, **ANNOUNCED}
ASKING = {name: way for name, way in WAYS.items() if way.host}
SECTIONS = {name: way.section for name, way in ANNOUNCED.items()}
