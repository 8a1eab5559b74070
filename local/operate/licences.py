"""THIRD-PARTY.txt: the licences of all packages in the layers that were built, word for word, as their authors ask.

A package without a licence, or without its text, ends the release: nobody may pass on what has none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

_TEXTS = re.compile(r"^(licen[cs]e|copying|notice)", re.IGNORECASE)
_RULE = "=" * 100


class LicenceError(Exception):
    """A package cannot be passed on. The message says which, and what it lacks."""


@dataclass(frozen=True, order=True)
class Package:
    """A package of the layers: its name and version, its licence's name, and the texts that it brings."""

    name: str
    version: str
    licence: str
    texts: tuple[str, ...]


def third_party(built: Path) -> str:
    """Give the file's text for what was built; raises LicenceError."""
    packages = sorted(set(_packages(built)))
    listed = "\n".join(f"{one.name} {one.version}: {one.licence}" for one in packages)
    full = [f"{_RULE}\n{one.name} {one.version}\n{one.licence}\n{_RULE}\n\n{_joined(one)}" for one in packages]
    introduction = "Symbolon is under the Apache License 2.0, in LICENSE. In its layers are the packages of others:"
    return "\n".join([introduction, "", listed, "", *full])


def licence_of(about: Message) -> str:
    """Give the licence's name that a package's metadata has, by SPDX where it says so; "" for none.

    https://packaging.python.org/en/latest/specifications/core-metadata/
    """
    named = str(about["License-Expression"] or about["License"] or "")
    classified = [str(one) for one in about.get_all("Classifier", []) if str(one).startswith("License ::")]
    return next(iter(named.splitlines()), "") or ", ".join(one.rpartition(" :: ")[2] for one in classified)


def _packages(built: Path) -> Iterator[Package]:
    for file in sorted(built.glob("*/python/*.dist-info/METADATA")):
        about = HeaderParser().parsestr(file.read_text(encoding="utf-8"))
        texts = tuple(_texts(file.parent))
        package = Package(about["Name"], about["Version"], licence_of(about), texts)
        for lacking in ("licence", "texts"):
            if not getattr(package, lacking):
                what = "does not say its licence" if lacking == "licence" else "has no text of its licence"
                raise LicenceError(f"{package.name} {package.version} {what}")
        yield package


def _texts(folder: Path) -> Iterator[str]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and _TEXTS.match(file.name):
            yield file.read_text(encoding="utf-8", errors="replace").strip()


def _joined(package: Package) -> str:
    return "\n\n----\n\n".join(package.texts) + "\n"
