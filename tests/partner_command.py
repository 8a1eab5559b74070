"""`python -m local.partners`, as an operator runs it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Self

from local.partner_register import Issued
from tests.local_gateway import ROOT


@dataclass(frozen=True)
class Done:
    """How the command ended, and what it wrote."""

    status: int
    printed: str
    complained: str

    @property
    def keys(self) -> Issued:
        """The client id and secret that it printed."""
        words = self.printed.split()
        return Issued(words[words.index("id") + 1], words[words.index("secret") + 1])

    @classmethod
    def by(cls, *arguments: str, **variables: str) -> Self:
        """Run it with these arguments and environment variables, besides none for AWS."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        done = subprocess.run(
            [sys.executable, "-m", "local.partners", *arguments],
            cwd=ROOT,
            env={**inherited, "AWS_EC2_METADATA_DISABLED": "true", **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        return cls(done.returncode, done.stdout, done.stderr)
