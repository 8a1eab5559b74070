"""Requests of attackers, for what a million of each cost: docs/cost.md says how they were counted.

DynamoDB charges a write that a condition refuses, and a read that finds nothing, like others.
"""

from local.prices import Operation

_HASHING_MB = 1769

HOSTILE = (
    Operation("wrong server key", 1.0, 0, 0, 0, 504, answer_bytes=50),
    Operation("refresh with what is no token", 1.0, 0, 0, 0, 534, answer_bytes=60),
    Operation("forged ID token", 1.0, 0, 0, 0, 543, answer_bytes=60),
    Operation("wrong password", 59, 5, 3, 2, 619, answer_bytes=50, memory_mb=_HASHING_MB),
    Operation("password of no account", 59, 5, 3, 2, 578, answer_bytes=50, memory_mb=_HASHING_MB),
    Operation("guess while delayed", 2.8, 2, 2, 0, 653, answer_bytes=80, memory_mb=_HASHING_MB),
    Operation("new account", 3.4, 3, 1, 8, 618, answer_bytes=700),
    Operation("new account beyond the limit", 3.0, 2, 1, 1, 650, answer_bytes=90),
    Operation("wrong key of a game server", 3.0, 2, 1, 1, 304, answer_bytes=70, memory_mb=_HASHING_MB),
    Operation("20 invites", 7.3, 3, 42, 123, 313, answer_bytes=10),
    Operation("20 invites beyond the limit", 4.0, 2, 42, 1, 391, answer_bytes=80),
    Operation("98 users by username", 33, 2, 198, 0, 311, answer_bytes=18_400),
    Operation("logout everywhere", 2.1, 1, 0, 4, 524, answer_bytes=10),
)
