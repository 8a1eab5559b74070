"""`make partner`, as an operator runs it, but in this process."""

import contextlib
import io
import os
from dataclasses import dataclass
from typing import Self
from unittest.mock import patch

import botocore.session
from botocore.loaders import create_loader
from botocore.session import Session

from local.operate import partners
from local.operate.partner_register import Issued


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
        printed, complained = io.StringIO(), io.StringIO()
        environment = inherited() | {"AWS_EC2_METADATA_DISABLED": "true"} | variables
        with (
            patch.dict(os.environ, environment, clear=True),
            patch.object(botocore.session, "get_session", _session),
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(complained),
        ):
            try:
                status = partners.main(list(arguments))
            except SystemExit as end:  # of the parser
                status = int(str(end.code))
        return cls(status, printed.getvalue(), complained.getvalue())


_LOADER = create_loader()


def _session() -> Session:
    """Give a session that does not read the descriptions of AWS's services again."""
    session = Session()
    session.register_component("data_loader", _LOADER)
    return session


def inherited() -> dict[str, str]:
    """Give this process's variables without those for AWS."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
