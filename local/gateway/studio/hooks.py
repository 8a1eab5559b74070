"""A studio's hook on this machine: a Python function, called as Lambda calls it, with an event and a context.

`hook.function` in the settings names it: "hooks.py:before_sign_in", of a file beside the settings' own, or
"package.module:before_sign_in", of what can be imported.
"""

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from local.errors import StartError
from local.gateway.gateway import Handler
from local.template.template import Function
from symbolon.settings.hook import MOST_MS, HookSettings
from symbolon.settings.settings import Settings


def local_hook(settings: Settings, folder: Path) -> list[tuple[Function, Handler]]:
    """Return the hook that the settings name, under that name, or nothing; `folder` is where the settings' file is.

    Raises StartError when there is no such function.
    """
    section = HookSettings.of(settings.document)
    if section is None:
        return []
    function = Function(section.function, "", section.function, 128, MOST_MS // 1000, {}, ())
    return [(function, load_hook(section.function, folder))]


def load_hook(name: str, folder: Path) -> Handler:
    """Return the function that `name` names. Raises StartError."""
    place, colon, attribute = name.rpartition(":")
    if name.startswith("arn:"):
        raise StartError(f"hook.function is {name}: on this machine it is a Python function, such as hooks.py:before.")
    if not colon or not attribute.isidentifier():
        raise StartError(f"hook.function must be file.py:function or module:function, not {name!r}.")
    module = _of_file((folder / place).absolute()) if place.endswith(".py") else _of_name(place)
    hook: Handler | None = getattr(module, attribute, None)
    if not callable(hook):
        raise StartError(f"hook.function is {name}, but {place} has no function {attribute}.")
    return hook


def _of_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise StartError(f"hook.function: there is no file {path}.")
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))  # for what it imports; at the end, so that nothing of ours is replaced
    spec = importlib.util.spec_from_file_location(f"hook_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise StartError(f"hook.function: {path} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look for their module
    with _told(path.name):
        spec.loader.exec_module(module)
    return module


def _of_name(name: str) -> ModuleType:
    with _told(name):
        return importlib.import_module(name)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Say what kept the module from being imported: it is somebody else's, and may fail in any way."""
    try:
        yield
    except Exception as error:
        raise StartError(f"hook.function: {name} cannot be imported: {type(error).__name__}: {error}") from error
