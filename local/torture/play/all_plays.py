"""All operations: a file of them counts when it is named here."""

from local.torture.play import accounts, friends, inputs, linking, operators, sessions, signing_in
from local.torture.play.beyond import (
    background,
    callbacks,
    devices,
    importing,
    matches,
    merging,
    recovering,
    showing_again,
    splitting,
)

FILES = {
    signing_in: 1,
    linking: 10,
    accounts: 4,
    sessions: 2,
    friends: 2,
    matches: 2,
    merging: 4,
    operators: 3,
    inputs: 2,
    background: 2,
    recovering: 2,
    importing: 2,
    callbacks: 2,
    devices: 1,
    showing_again: 2,
    splitting: 1,
}
"""The files, and how often a run is about each of them: most where most conditions are at stake."""
