"""One of the processes among which runs are shared out: it makes every so-many-th run of a seed until its time is over.

python -m local.torture.worker SEED FIRST STEP SECONDS writes a line of JSON for each run, see `local.torture.tally`.
"""

import json
import sys
import time
from itertools import count

from local.torture.tally import tallied


def main(seed: str, first: int, step: int, seconds: float) -> None:
    """Make the runs."""
    end = time.monotonic() + seconds
    for number in count(first, step):
        tally = tallied([f"{seed}/{number}"])
        print(json.dumps(tally.fields()), flush=True)
        if time.monotonic() >= end:
            return


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
