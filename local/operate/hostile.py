"""Requests of attackers, for what a million of each cost: docs/cost.md says how they were counted.

DynamoDB charges a write that a condition refuses, and a read that finds nothing, like others.
"""

from local.prices import Operation

_HASHING_MB = 1769

HOSTILE = (
    Operation("wrong server key", 1.0, 0, 0, 0, 201, answer_bytes=50),
    Operation("refresh with what is no token", 1.0, 0, 0, 0, 213, answer_bytes=60),
    Operation("forged ID token", 1.0, 0, 0, 0, 240, answer_bytes=60),
    Operation("wrong password", 34, 5, 2.5, 2, 488, answer_bytes=50, memory_mb=_HASHING_MB),
    Operation("password of no account", 34, 6, 3.5, 2, 453, answer_bytes=50, memory_mb=_HASHING_MB),
    Operation("guess while delayed", 2.8, 2, 1.5, 0, 503, answer_bytes=80, memory_mb=_HASHING_MB),
    Operation("new account", 2.4, 3, 0.5, 5, 239, answer_bytes=861),
    Operation("new account beyond the limit", 3.0, 4, 2, 1, 485, answer_bytes=90),
    Operation("wrong key of a game server", 3.0, 2, 1, 1, 203, answer_bytes=70, memory_mb=_HASHING_MB),
    Operation("20 invites", 7.3, 3, 42, 123, 176, answer_bytes=10),
    Operation("20 invites beyond the limit", 4.0, 2, 42, 1, 249, answer_bytes=80),
    Operation("98 users by username", 33, 2, 198, 0, 155, answer_bytes=18_400),
    Operation("logout everywhere", 0.9, 1, 0, 4, 169, answer_bytes=10),
)
