"""`make release`: what was built, as one archive that `sam deploy` takes, with checksums and a bill of materials.

    TAG=v1.2.3     is refused unless it is the version of pyproject.toml, which the changelog has to know

dist/ gets symbolon-<version>.zip, symbolon-<version>.cdx.json (https://cyclonedx.org/docs/1.6/json/), THIRD-PARTY.txt,
the packages' licences, NOTES.md, the changelog's part on the version, and SHA256SUMS.
Two releases of the same commit are the same to the byte.
"""

import hashlib
import json
import os
import re
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from local import ROOT
from local.operate.licences import LicenceError, licence_of, third_party

BUILT = ROOT / ".aws-sam/build"
BESIDES = ("samconfig.toml", "LICENSE", "CHANGELOG.md")
"""Files of the repository that the archive has beside what was built."""

LICENCES = "THIRD-PARTY.txt"
"""The packages' licences, in the archive and beside it."""

_NAMES = ("symbolon-{}.zip", "symbolon-{}.cdx.json", LICENCES, "NOTES.md")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_FILE = 0o644 << 16


class ReleaseError(Exception):
    """There is nothing to release, or not under this name. The message says why."""


def main() -> int:
    """Make the release and give the exit status."""
    try:
        files = release(BUILT, ROOT / "dist", os.environ.get("TAG", ""))
    except (ReleaseError, LicenceError) as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(str(file.relative_to(ROOT)) for file in files))
    return 0


def release(built: Path, folder: Path, tag: str) -> list[Path]:
    """Write the release of what was built into the folder; give its files. No tag is any tag.

    Raises ReleaseError, and LicenceError for a package that may not be passed on.
    """
    version = read_version()
    if tag not in ("", f"v{version}"):
        raise ReleaseError(f"the tag {tag} is not v{version}, which is the version in pyproject.toml")
    if not (built / "template.yaml").exists():
        raise ReleaseError("nothing was built: make build")
    notes, terms = read_notes(version), third_party(built)
    folder.mkdir(exist_ok=True)
    archive, bill, licences, text = (folder / name.format(version) for name in _NAMES)
    _pack(built, archive, terms)
    licences.write_text(terms, encoding="utf-8")
    bill.write_text(json.dumps(bill_of_materials(built, version), indent=1) + "\n", encoding="utf-8")
    text.write_text(notes, encoding="utf-8")
    sums = folder / "SHA256SUMS"
    sums.write_text("".join(f"{_digest(file)}  {file.name}\n" for file in (archive, bill, licences)), encoding="utf-8")
    return [archive, bill, licences, text, sums]


def read_version() -> str:
    """Give the version, which stands in pyproject.toml and nowhere else."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def read_notes(version: str) -> str:
    """Give what the changelog says of a version; raises ReleaseError when it has nothing to say."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = rf"^## {re.escape(version)} - \d{{4}}-\d\d-\d\d\n"
    found = re.search(rf"{heading}(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if not found or not found[1].strip():
        raise ReleaseError(f"CHANGELOG.md has no part on {version}, with its date")
    return found[1].strip() + "\n"


def bill_of_materials(built: Path, version: str) -> dict[str, Any]:
    """Give what is in the layers that were built, from the metadata that packages have with them."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": "symbolon", "name": "symbolon", "version": version}
        },
        "components": list(_components(built)),
    }


def _components(built: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(built.glob("*/python/*.dist-info/METADATA")):
        about = HeaderParser().parsestr(file.read_text(encoding="utf-8"))
        name, version = re.sub(r"[-_.]+", "-", about["Name"]).lower(), about["Version"]
        license_ = licence_of(about)
        layer = file.relative_to(built).parts[0]
        yield {
            "type": "library",
            "bom-ref": f"{layer}/{name}",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
            **({"licenses": [{"license": {"name": license_}}]} if license_ else {}),
            "properties": [{"name": "symbolon:layer", "value": layer}],
        }


def _pack(built: Path, archive: Path, terms: str) -> None:
    files = {str(path.relative_to(built)): path for path in built.rglob("*") if path.is_file()}
    files |= {name: ROOT / name for name in BESIDES}
    contents = {name: path.read_bytes() for name, path in files.items()} | {LICENCES: terms.encode()}
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(contents):
            about = zipfile.ZipInfo(name, _LONG_AGO)
            about.external_attr, about.compress_type = _FILE, zipfile.ZIP_DEFLATED
            packed.writestr(about, contents[name])


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
