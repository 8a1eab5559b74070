"""One of the processes among which runs are shared out: it makes every so-many-th run of a seed until its time is over.

python -m local.torture.worker SEED FIRST STEP END SECONDS writes a line of JSON for each run, see `tally.Tally`.
"""

import json
import sys
import time

from local.torture.tally import tallied


def main(seed: str, numbers: range, seconds: float) -> None:
    """Make the runs with these numbers, as far as the time allows, at least one."""
    end = time.monotonic() + seconds
    for number in numbers:
        tally = tallied([f"{seed}/{number}"])
        print(json.dumps(tally.fields()), flush=True)
        if time.monotonic() >= end:
            return


if __name__ == "__main__":
    first, step, beyond = map(int, sys.argv[2:5])
    main(sys.argv[1], range(first, beyond, step), float(sys.argv[5]))
