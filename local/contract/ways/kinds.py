"""Providers: how each is called, what its credential is, and what may be wrong with one."""

from collections.abc import Mapping
from dataclasses import dataclass

from local.contract.fields import text
from local.contract.operation import Problem, Schema, refused, too_many, unavailable, unmet


@dataclass(frozen=True)
class Kind:
    """A provider: how it is called, the alternatives of its credential, and what may be wrong with one."""

    title: str
    credential: Mapping[str, Schema]
    required: tuple[str, ...]
    in_use: str
    problems: tuple[Problem, ...] = ()
    link: tuple[Problem, ...] = ()
    unlink: tuple[Problem, ...] = ()
    is_nested: bool = False


def outside(title: str, refusal: str, *more: Problem) -> tuple[Problem, ...]:
    """Give the errors of a provider that lives elsewhere."""
    return (
        *unmet(f"{title} authentication is not configured."),
        *refused(refusal),
        *unavailable(f"{title} is not available at the moment."),
        *more,
    )


def asked(title: str, *more: Problem) -> tuple[Problem, ...]:
    """Give the errors of limits on what a provider is asked."""
    return (
        *too_many(f"Too many {title} sign-ins at the moment.", f"Too many refused {title} sign-ins from this network."),
        *more,
    )


TOKEN = text("What the provider's SDK gives.", least=1)
"""A token of a provider's."""
