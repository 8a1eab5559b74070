"""All operations: a file of them counts when it is named here."""

from local.torture.play import accounts, friends, inputs, linking, matches, operators, sessions, signing_in

FILES = (signing_in, linking, accounts, sessions, friends, matches, operators, inputs)
