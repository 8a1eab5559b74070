"""The development side: template.yaml's routes and tables on this machine, without AWS. Nothing of it is deployed."""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

if sys.version_info < (3, 11):  # noqa: UP036 - what a machine calls python3 may well be older than we ask for
    sys.exit(f"Symbolon needs Python 3.11 or newer, this is {sys.version.split()[0]}: make serve PYTHON=python3.13")

# The layer, which Lambda has on its path as /opt/python.
sys.path.insert(0, str(ROOT / "shared"))
