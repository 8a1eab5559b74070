"""`python -m local.operate.admin`, or `make admin ARGS=…`: what operators do, from a terminal or a script.

Exit status: 0 done, 1 refused or failed, 2 not understood.
"""

from local.operate.admin import changing, looking  # noqa: F401 (their commands are the group's)
from local.operate.admin.desk import admin

if __name__ == "__main__":
    admin(prog_name="make admin")
