"""The four steps in which Secrets Manager rotates a secret: create, set, test and finish.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html. Each may come again.
"""

from collections.abc import Callable, Mapping

from symbolon.errors import Misconfigured
from symbolon.rotation import vault
from symbolon.rotation.rings import Ring, arns, ring_of
from symbolon.settings.settings import Settings


def take_step(event: Mapping[str, str], settings: Settings) -> None:
    """Do what the event's step is; raises Misconfigured when that is impossible."""
    arn, version = event["SecretId"], event["ClientRequestToken"]
    name = next((name for name, own in arns().items() if own == arn), None)
    if name is None or event["Step"] not in _STEPS:
        raise Misconfigured("a rotation of what is no ring, or a step that is none")
    _STEPS[event["Step"]](ring_of(name, settings), arn, version)


def _create(ring: Ring, arn: str, version: str) -> None:
    if vault.read_pending(arn, version) is None:
        vault.put_pending(arn, version, ring.rotated(vault.read_current(arn)))


def _set(ring: Ring, arn: str, version: str) -> None:
    """Publish the new key, which signs long after this."""
    ring.publish(_pending(arn, version))


def _test(ring: Ring, arn: str, version: str) -> None:
    ring.prove(_pending(arn, version))


def _finish(_ring: Ring, arn: str, version: str) -> None:
    vault.promote(arn, version)


def _pending(arn: str, version: str) -> str:
    # When rotation is set up, Secrets Manager asks for a test without a creation before it.
    return vault.read_pending(arn, version) or vault.read_current(arn)


_STEPS: Mapping[str, Callable[[Ring, str, str], None]] = {
    "createSecret": _create,
    "setSecret": _set,
    "testSecret": _test,
    "finishSecret": _finish,
}
