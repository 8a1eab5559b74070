"""What functions leave unloaded at their start, because few requests need it, or none."""

import os
import subprocess
import sys

from local import ROOT
from local.template.template import load_template

LATER = {
    "aws_lambda_powertools",
    "boto3",
    "cryptography.x509.name",  # the longest part of cryptography.x509, which Game Center's certificates are made of
    "email_validator",
    "jmespath",
    "requests",
    "typing_extensions",
    "zxcvbn",
}
"""Modules that no function which players ask loads before it is asked."""


def test_functions_start_without_what_few_requests_need() -> None:
    """All functions with routes but Game Center's, one after the other in one process, load nothing of this."""
    folders = {function.directory for function in load_template().functions if function.routes}
    assert "functions/gamecenter" in folders
    folders.remove("functions/gamecenter")
    script = f"""
import importlib, sys
for folder in {sorted(folders)!r}:
    importlib.import_module(f"{{folder.strip('/').replace('/', '.')}}.app")
print(*sorted({LATER!r} & sys.modules.keys()))
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "shared")]), "AWS_REGION": "local"}

    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)

    assert done.stdout == "\n"
