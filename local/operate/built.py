"""What `make build` prints of what was built: how large each artifact is, and digests by which two builds compare.

A digest is over the names, the modes that SAM packs and the contents of files, in order. Byte code has one of its own:
all else is the same whoever builds the same commit, wherever and with whichever Python, while byte code is there only
where the runtime's own version of Python answers, and differs between releases of it (3.13.0 and 3.13.5).
"""

import hashlib
import os
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from local import ROOT

BUILT = ROOT / ".aws-sam/build"
_SHOWN = 16


def digest(artifact: Path) -> str:
    """Give the SHA-256, in hexadecimal, of what is in the folder of an artifact, but for byte code."""
    return _digest(artifact, (file for file in _files(artifact) if file.suffix != ".pyc"))


def byte_code_digest(artifact: Path) -> str:
    """Give that of the byte code; empty where there is none."""
    found = [file for file in _files(artifact) if file.suffix == ".pyc"]
    return _digest(artifact, found) if found else ""


def lines(built: Path) -> Iterator[str]:
    """Give a line for each artifact below a folder: its name, kilobytes unpacked and packed, and its digests."""
    for artifact in sorted(path for path in built.iterdir() if path.is_dir()):
        contents = [file.read_bytes() for file in _files(artifact)]
        packed = sum(len(zlib.compress(content, 9)) for content in contents)
        sizes = f"{sum(map(len, contents)) // 1000:6} KB unpacked {packed // 1000:6} KB packed"
        byte_code = byte_code_digest(artifact)[:_SHOWN] or "none"
        yield f"{artifact.name:<30} {sizes}  {digest(artifact)[:_SHOWN]}  byte code {byte_code}"


def main() -> int:
    """Print them, and give the exit status."""
    folder = Path(os.environ.get("BUILT") or BUILT)
    if not folder.is_dir():
        print("nothing was built: make build", file=sys.stderr)
        return 1
    print("\n".join(lines(folder)))
    return 0


def _files(artifact: Path) -> list[Path]:
    return sorted((path for path in artifact.rglob("*") if path.is_file()), key=lambda path: path.as_posix())


def _digest(artifact: Path, files: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for file in files:
        own = hashlib.sha256(file.read_bytes()).hexdigest()
        found.update(f"{own} {file.stat().st_mode & 0o777:o} {file.relative_to(artifact).as_posix()}\n".encode())
    return found.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
