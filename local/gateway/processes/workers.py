"""The further processes, from the side of the first one: how many, their start, what they tell, their end."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

from local import ROOT
from local.console.service import Exchange
from local.errors import StartError

_MOST = 64
_END_SECONDS = 5

Note = Callable[[Exchange], None]


def wanted(asked: str) -> int:
    """Give how many processes serve in all. Raises StartError where that is no number that makes sense."""
    if not asked.isdecimal() or not 1 <= int(asked) <= _MOST:
        raise StartError(f"PROCESSES must be a number from 1 to {_MOST}, not {asked!r}.")
    return int(asked)


@contextmanager
def further(count: int, listener: socket.socket, given: tuple[Mapping[str, str], Path], note: Note) -> Iterator[None]:
    """Have so many further processes serve on the socket, once each has started, until the block ends.

    `given` is the functions' environment and the folder of the state; `note` is told of each request, a little later.
    """
    line = json.dumps({"environment": dict(given[0]), "state": str(given[1])}).encode() + b"\n"
    running = [_begin(listener, line, note) for _ in range(count)]
    try:
        yield
    finally:
        for process in running:
            assert process.stdin  # noqa: S101 (it is a pipe)
            process.stdin.close()
        for process in running:
            _wait(process)


def _begin(listener: socket.socket, line: bytes, note: Note) -> "subprocess.Popen[bytes]":
    mine, its = Pipe(duplex=False)
    files = (listener.fileno(), its.fileno())
    process = subprocess.Popen(
        [sys.executable, "-m", "local.gateway.processes.worker", *map(str, files)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        pass_fds=files,
        start_new_session=True,  # a terminal's Ctrl-C is for the first process, which ends the others
    )
    its.close()
    assert process.stdin  # noqa: S101 (it is a pipe)
    process.stdin.write(line)
    process.stdin.flush()
    threading.Thread(target=_listen, args=(process, mine, note), daemon=True).start()
    return process


def _listen(process: "subprocess.Popen[bytes]", notes: Connection, note: Note) -> None:
    try:
        while True:
            for exchange in notes.recv():
                note(exchange)
    except EOFError:  # it has ended
        if process.stdin and not process.stdin.closed:
            print("A process that served has ended by itself; the others go on.", file=sys.stderr, flush=True)


def _wait(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
