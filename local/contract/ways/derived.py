"""A provider that nothing is said of here: its own file says what its credential is and how it is refused."""

import importlib
import inspect
import re

from local.contract.fields import text
from local.contract.operation import Schema, invalid
from local.contract.ways.kinds import Kind, asked, outside

_TITLE = re.compile(r'\.section\(PROVIDER\.name, "([^"]+)"\)')
_MALFORMED = re.compile(r'InvalidArgument\("([^"]+)"\)')


def kind_of(folder: str) -> Kind:
    """Give what the function in the folder says of its provider; raises AttributeError where it is of none."""
    app = importlib.import_module(f"functions.{folder}.app")
    provider = app.PROVIDER
    source = inspect.getsource(app)
    named = _TITLE.search(source)
    title = named[1] if named else folder
    refusal = str(getattr(app, "REFUSED", f"Could not authenticate {title} profile."))
    problems = (*invalid(*_MALFORMED.findall(source)), *outside(title, refusal, *asked(title)))
    credential: dict[str, Schema] = {name: text(least=1) for name in provider.credential}
    return Kind(f"a credential of {title}", credential, provider.credential, provider.rule.in_use, problems)
