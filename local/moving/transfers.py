"""`make transfer`: players whom Apple knows under new subjects once the game belongs to another developer team.

`TO=subjects.csv` writes the subjects of all players who have linked Apple, for which Apple gives transfer ids.
`FROM=transfers.csv` notes those, from the columns `sub` and `transfer_sub`. docs/providers/apple.md has the whole way.
"""

import csv
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tqdm import tqdm

from local.errors import StartError
from local.moving.leave import open_new, scan
from local.moving.target import target_of
from symbolon.aws import dynamodb
from symbolon.errors import SymbolonError
from symbolon.identities import transfers
from symbolon.identities.identity import is_subject
from symbolon.identities.users import identity_key

_PROVIDER = "apple"
_COLUMNS = ("sub", "transfer_sub")
_AT_ONCE = 25  # of the 100 that a transaction may have: quick, also on a store that is not

Transfer = Mapping[str, str]


def write_subjects(path: Path) -> int:
    """Write the subjects of all players who have linked Apple into a new file, and return how many there are."""
    count = 0
    try:
        with open_new(path) as file:
            rows = csv.writer(file)
            rows.writerow(_COLUMNS[:1])
            for item in scan("IDENTITIES_TABLE", "identities"):
                provider, _, subject = item["identity"].partition("#")
                if provider == _PROVIDER:
                    rows.writerow([subject])
                    count += 1
    except OSError as error:
        raise StartError(f"{path} cannot be written: {error.strerror}.") from error
    return count


def note_transfers(path: Path) -> tuple[int, int]:
    """Note the transfer ids in the file; return how many are noted, and how many are of subjects that nobody has here.

    It may be repeated. Raises StartError for a file that is no list of them, before anything is written.
    """
    listed, unknown = _listed(path), 0
    for at in tqdm(range(0, len(listed), _AT_ONCE), desc="transfer ids", disable=None, leave=False):
        part = listed[at : at + _AT_ONCE]
        here = dynamodb.batch_get(identity_key(f"{_PROVIDER}#{transfer['sub']}") for transfer in part)
        unknown += len(part) - len(here)
        dynamodb.transact([transfers.noting(_PROVIDER, one["transfer_sub"], one["sub"]) for one in part])
    return len(listed), unknown


def _listed(path: Path) -> Sequence[Transfer]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file, strict=True)
            if not set(_COLUMNS) <= set(rows.fieldnames or ()):
                raise StartError(f"{path} must have the columns {' and '.join(_COLUMNS)}.")
            listed = [{name: (row[name] or "").strip() for name in _COLUMNS} for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise StartError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    for number, row in enumerate(listed, 2):
        if not all(map(is_subject, row.values())):
            raise StartError(
                f"{path}, line {number}: {' and '.join(_COLUMNS)} must both be there, of 255 bytes at most."
            )
    for name in _COLUMNS:
        if len({row[name] for row in listed}) < len(listed):
            raise StartError(f"{path} has the same {name} twice: each player has one of its own.")
    return listed


def _done(source: str, destination: str) -> str:
    """Do what is asked for, and say what was done."""
    if bool(source) is bool(destination):
        raise StartError(
            "Give TO=subjects.csv for the subjects of all players, or FROM=transfers.csv to note their transfer ids."
        )
    with target_of(os.environ) as target:
        if destination:
            count = write_subjects(Path(destination))
            return f"{count} subjects of Apple's from {target.description} are in {destination}"
        noted, unknown = note_transfers(Path(source))
        return f"{noted} transfer ids are noted in {target.description}; {unknown} of them are of nobody here"


def main() -> int:
    """Do what the environment asks for and give the exit status."""
    try:
        print(_done(os.environ.get("FROM", ""), os.environ.get("TO", "")))
    except (StartError, SymbolonError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
