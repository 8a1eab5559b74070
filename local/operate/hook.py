"""`make hook HOOK=file.py:function`: what a hook says to sample events, judged as sign-ins judge it. docs/hooks.md.

SAMPLES is a folder of more events, as JSON. The exit status is 1 where the hook would have failed.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from local import ROOT
from local.errors import StartError
from local.gateway.gateway import Handler
from local.gateway.studio.hooks import load_hook
from symbolon.hooks.answers import BadAnswer, RefusedByHook, read_answer

SAMPLES = ROOT / "examples/hook/events"


def main() -> int:
    """Call the hook with each event, print what comes of it, and give the exit status."""
    try:
        hook = load_hook(os.environ.get("HOOK", ""), Path.cwd())
        verdicts = [tried(hook, path) for path in _events(os.environ.get("SAMPLES", ""))]
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    return 0 if all(verdicts) else 1


def tried(hook: Handler, path: Path) -> bool:
    """Call the hook with the event in the file, print what comes of it, and tell whether it is an answer."""
    begun = time.perf_counter()
    outcome = judged(hook, path)
    print(f"{path.stem:24} {round((time.perf_counter() - begun) * 1000):5} ms  {outcome}")
    return not outcome.startswith("FAILS")


def judged(hook: Handler, path: Path) -> str:
    """Return in words what a sign-in or link makes of the hook's answer."""
    try:
        event = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StartError(f"{path} is no JSON: {error}") from error
    try:
        answer = json.loads(json.dumps(hook(event, None)))
        if not isinstance(answer, dict):
            return "FAILS    it must answer with an object"
        changes = read_answer(answer)
    except RefusedByHook as refusal:
        return f"refuses  {refusal.message}"
    except BadAnswer as error:
        return f"FAILS    it {error}"
    except Exception as error:  # noqa: BLE001 (of a studio's own function, which may fail in any way)
        return f"FAILS    {type(error).__name__}: {error}"
    name = f" username {changes.username}" if changes.username else ""
    return "allows  " + name + (f" vars {json.dumps(changes.variables)}" if changes.variables is not None else "")


def _events(folder: str) -> Iterator[Path]:
    own = sorted(Path(folder).glob("*.json")) if folder else []
    if folder and not own:
        raise StartError(f"SAMPLES: {folder} has no *.json.")
    yield from (*sorted(SAMPLES.glob("*.json")), *own)


if __name__ == "__main__":
    sys.exit(main())
