"""A studio's own procedures on this machine: the folder that PROCEDURES names, and the tables of its template."""

from pathlib import Path

import yaml

from local.errors import StartError
from local.template.template import Table, load_tables

TEMPLATE = "template.yaml"


def own_tables(folder: str) -> tuple[Table, ...]:
    """Return the tables of the template in the folder, each named by its logical id; none without a folder.

    Raises StartError when there is no such folder, or its template cannot be read.
    """
    if not folder:
        return ()
    if not Path(folder).is_dir():
        raise StartError(f"PROCEDURES: there is no folder {Path(folder).absolute()}.")
    path = Path(folder) / TEMPLATE
    try:
        return load_tables(path) if path.is_file() else ()
    except (OSError, yaml.YAMLError, LookupError, TypeError) as error:
        raise StartError(f"{path} cannot be read: {' '.join(str(error).split())}") from error
