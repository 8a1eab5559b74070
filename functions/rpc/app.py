"""RPC functions: those in procedures/, each file of which registers its own, and a studio's.

The studio's are in a folder that PROCEDURES names, which a build puts beside this file as studio/: docs/procedures.md.
"""

import os
from pathlib import Path

from symbolon.api.application import Route, application
from symbolon.api.responses import rpc_failure
from symbolon.rpc import load_own_procedures, load_procedures, serve

load_procedures(Path(__file__).with_name("procedures"))
load_own_procedures(Path(os.environ.get("PROCEDURES") or Path(__file__).with_name("studio")).absolute())

handler = application(
    "rpc",
    {
        "GET /v2/rpc/{id+}": Route("rpc", serve, rpc_failure),
        "POST /v2/rpc/{id+}": Route("rpc", serve, rpc_failure),
    },
)
