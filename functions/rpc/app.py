"""RPC functions: those in procedures/, each file of which registers its own. A studio's go beside them."""

from pathlib import Path

from symbolon.api.application import Route, application
from symbolon.api.responses import rpc_failure
from symbolon.rpc import load_procedures, serve

load_procedures(Path(__file__).with_name("procedures"))

handler = application(
    "rpc",
    {
        "GET /v2/rpc/{id+}": Route("rpc", serve, rpc_failure),
        "POST /v2/rpc/{id+}": Route("rpc", serve, rpc_failure),
    },
)
