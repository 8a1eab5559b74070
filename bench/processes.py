"""What Linux knows of other processes: their processor time, their memory, and who listens where."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
_LISTENING = "0A"


def cpu_seconds(pid: int) -> float:
    """Give the processor time that a process, all its threads, has used: clock_getcpuclockid(3), better than a tick."""
    return time.clock_gettime(~pid << 3 | 2)


def peak_megabytes(pid: int) -> float:
    """Give the most memory that a process has had resident."""
    found = re.search(r"^VmHWM:\s+(\d+) kB$", (PROC / str(pid) / "status").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def with_descendants(pid: int) -> list[int]:
    """Give a process and all that it, and they, have started."""
    return [pid, *(below for child in _children(pid) for below in with_descendants(child))]


def command(pid: int) -> str:
    """Give the command line of a process."""
    return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def listening_on(port: int) -> list[int]:
    """Give the processes of ours that listen on a TCP port."""
    lines = [line.split() for name in ("tcp", "tcp6") for line in (PROC / "net" / name).read_text().splitlines()[1:]]
    sockets = {f"socket:[{line[9]}]" for line in lines if line[3] == _LISTENING and int(line[1][-4:], 16) == port}
    return [pid for pid in _pids() if sockets & set(_files(pid))]


def _children(pid: int) -> list[int]:
    try:
        tasks = list((PROC / str(pid) / "task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def _pids() -> Iterator[int]:
    return (int(path.name) for path in PROC.iterdir() if path.name.isdigit())


def _files(pid: int) -> Iterator[str]:
    try:
        for path in (PROC / str(pid) / "fd").iterdir():
            yield str(path.readlink())
    except OSError:
        return
