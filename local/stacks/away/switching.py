"""`make switch STACK=… REGION=…`: the copies that `make standby` made in that region become a stack that may write.

The stack in AWS's own region is closed first, if it can be reached. Then the copies of the secrets become secrets that
can change, and tables and secrets a stack, to which `make deploy` adds the rest; where there is a stack already, it
answers from then on. READY=1 only makes that stack beforehand, and closes it: the region that answers goes on.
docs/regions.md is the page to follow.
"""

import os
import sys
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from local.errors import StackError
from local.stacks.asking import GO_ON, confirm, say, status_of
from local.stacks.away.regions import Region, is_replica, kept_file, two_regions
from local.stacks.closing import LONGEST_SECONDS, close, functions, reopen
from local.stacks.kept import SECRET, TABLE, Known, read_kept
from local.stacks.recover import recover


@dataclass(frozen=True)
class Switch:
    """A stack's name, from which region to which, and of what copies."""

    stack: str
    here: Region
    there: Region
    known: Known
    closed_seconds: float = LONGEST_SECONDS

    def take_over(self, kinds: tuple[str, ...] = (TABLE, SECRET)) -> bool:
        """Close the one, let the other answer, and tell whether that is all there is to do. Raises StackError."""
        self._close_here()
        promoted = self._promote(kinds)
        if not self._stand(kinds):
            return False
        if SECRET in kinds and not promoted:
            say(f"The secrets in {self.there.name} follow no others: sessions of keys that are newer than they end.")
        reopen(self.there.clients.lambdas, functions(self.there.clients.clouds, self.stack))
        return True

    def make_ready(self, kinds: tuple[str, ...] = (TABLE, SECRET)) -> bool:
        """Make the other's stack, or close it where it is there already, and tell whether that is all.

        Raises StackError where that is the one that answers.
        """
        if not self.here.answers(self.stack):
            raise StackError(f"{self.stack} does not answer in {self.here.name}: READY=1 is for the other region.")
        self._promote(kinds)
        if not self._stand(kinds):
            return False
        close(self.there.clients.lambdas, functions(self.there.clients.clouds, self.stack), 0)
        return True

    def _stand(self, kinds: tuple[str, ...]) -> bool:
        """See to it that there is a stack; tell whether there was one."""
        if self.there.stack(self.stack):
            return True
        recover(self.there.clients.clouds, self.stack, self.known, kinds)
        return False

    def _promote(self, kinds: tuple[str, ...]) -> bool:
        """Promote the secrets, and tell whether any was a replica."""
        secrets = self.known.of_kind(SECRET) if SECRET in kinds else []
        return any([promote(self.there, one.physical_id) for one in secrets])  # noqa: C419 (all of them)

    def _close_here(self) -> None:
        """Let the old region answer nobody, or say that it could not be asked."""
        try:
            if self.here.stack(self.stack):
                names = functions(self.here.clients.clouds, self.stack)
                close(self.here.clients.lambdas, names, self.closed_seconds)
        except (BotoCoreError, ClientError) as error:
            say(f"NOT closed: {self.here.name} cannot be asked ({error}). While it answers players, two regions write.")


def promote(region: Region, arn: str) -> bool:
    """Make a replica of a secret one that can change and rotate; tell whether it was a replica.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/standalone-secret.html
    """
    if not is_replica(region.clients.secrets, arn, region.name):
        return False
    region.clients.secrets.stop_replication_to_replica(SecretId=arn)
    say(f"promoted {arn}")
    return True


def main() -> int:
    """Ask, do it, and give the exit status."""
    stack, only_ready = os.environ.get("STACK") or "symbolon", os.environ.get("READY") == "1"
    return status_of(lambda: _switch(stack, only_ready=only_ready), GO_ON)


def _switch(stack: str, *, only_ready: bool) -> None:
    here, there = two_regions()
    asked = Switch(stack, here, there, read_kept(os.environ.get("KEPT") or kept_file(stack, there.name)))
    if only_ready:
        is_done = asked.make_ready()
    else:
        confirm(f"{here.name} answers nobody any more; {there.name} takes over.", stack)
        is_done = asked.take_over()
    say(_next(there.name, is_done=is_done, only_ready=only_ready))


def _next(region: str, *, is_done: bool, only_ready: bool) -> str:
    if not is_done:
        deploy = f"AWS_DEFAULT_REGION={region} AWS_REGION={region} make deploy"
        then = ", then this command again, which closes it" if only_ready else ""
        return f"{region} has a stack of the copies. Now: {deploy}{then}"
    if only_ready:
        return f"{region} is ready and closed. Now run make standby again, so that its keys follow."
    return f"{region} answers. Now point the domain's record to its output DomainTarget."


if __name__ == "__main__":
    sys.exit(main())
