"""The embedded store's process: MiniStack's DynamoDB, on the listening socket that its first argument names.

It runs on the interpreter of a virtual environment of its own, and ends, having saved its state, when its standard
input does: the system closes that pipe however the gateway comes to its end, so nothing is left behind.
"""

import asyncio
import signal
import sys

from hypercorn.asyncio import run, serve
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.config import Config
from ministack.app import app


class _Server(TCPServer):  # type: ignore[misc]  # mypy does not see the environment of the store
    """One connection. Hypercorn's own keeps its file open, once the client has closed it, until it has been idle."""

    async def _read_data(self) -> None:
        await super()._read_data()
        await self.idle_task.stop()


run.TCPServer = _Server


async def _run(file_descriptor: str) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin.fileno(), ended.set)
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    config = Config()
    config.bind = [f"fd://{file_descriptor}"]
    config.keep_alive_timeout = 3600
    config.graceful_timeout = 1
    config.loglevel = "WARNING"
    await serve(app, config, shutdown_trigger=ended.wait)


if __name__ == "__main__":
    asyncio.run(_run(sys.argv[1]))
