"""`python -m local.contract` writes docs/openapi.json and docs/events; with --check it says whether they are fresh."""

import sys
from pathlib import Path

from local.contract import events
from local.contract.document import PATH, Undescribed, written


def main(arguments: list[str]) -> int:
    """Give the exit status: 1 where a file is stale, or a route is not described."""
    try:
        files = {PATH: written(), **{events.FOLDER / name: text for name, text in events.written().items()}}
    except Undescribed as error:
        print(error, file=sys.stderr)
        return 1
    if arguments == ["--check"]:
        stale = [path for path, text in files.items() if not _is_fresh(path, text)]
        for path in stale:
            print(f"docs/{path.relative_to(PATH.parent)} is stale: make openapi", file=sys.stderr)
        return 1 if stale else 0
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


def _is_fresh(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
