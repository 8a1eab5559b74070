"""Figures as people read them."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Give a table in Markdown: text in its first column, numbers in the others."""
    lines = [titles, ["---", *("---:" for _ in titles[1:])], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def machine(python: str) -> str:
    """Give a line on what this was measured with, and when; `python` is the version that ran the functions."""
    day = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"{day}; {os.cpu_count()} cores ({processor()}), load {os.getloadavg()[0]:.1f} at the end; Python {python}"


def processor() -> str:
    """Give this machine's processor, as it calls itself."""
    model = next((line for line in _cpuinfo() if line.startswith("model name")), platform.machine())
    return model.split(":")[-1].strip()


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
