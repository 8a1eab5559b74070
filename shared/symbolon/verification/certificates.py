"""Code-signing certificates that are published at a URL: fetched, kept for a while, and verified up to fixed anchors.

The chain has a fixed shape, leaf - intermediate - root, so each link is checked by itself
(https://www.rfc-editor.org/rfc/rfc5280#section-6.1 without what such a chain cannot have).
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from symbolon.verification.answers import Answer, Call
from symbolon.verification.lifetimes import lifetime
from symbolon.verification.outbound import Outbound

MAX_KEPT = 16
"""Certificates kept by one instance; a publisher has one or two at a time."""

_MISSING = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN, HTTPStatus.GONE})
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----")


_FLAWS = (
    ValueError,
    TypeError,
    InvalidSignature,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.ExtensionNotFound,
    x509.UnsupportedGeneralNameType,
)
"""What reading and comparing certificates may raise."""


class UntrustedCertificate(Exception):
    """There is no certificate, or it does not lead to the anchors, or it is not for this purpose."""


@dataclass
class Certificates:
    """The certificates that were fetched, by URL."""

    _kept: dict[str, tuple[float, x509.Certificate]] = field(default_factory=dict)

    def at(self, url: str, door: Outbound) -> x509.Certificate:
        """Return the certificate at the URL; raises UntrustedCertificate for none, Unavailable in an outage.

        The URL is the client's choice, of the publisher's host: what is missing there says nothing of the publisher.
        """
        fresh_until, certificate = self._kept.get(url, (0.0, None))
        if certificate and time.monotonic() < fresh_until:
            return certificate
        answer = door.ask(Call(url))
        if answer.status in _MISSING:
            raise UntrustedCertificate
        certificate = _parsed(answer)
        left = (certificate.not_valid_after_utc - datetime.now(UTC)).total_seconds()
        while len(self._kept) >= MAX_KEPT:
            self._kept.pop(next(iter(self._kept)))
        self._kept[url] = (time.monotonic() + min(lifetime(answer), left), certificate)
        return certificate


def check_chain(leaf: x509.Certificate, anchors: Sequence[x509.Certificate], organization: str) -> None:
    """Raise UntrustedCertificate unless the leaf signs code for the organization and the anchors lead to it, in order.

    The organization counts because a public authority certifies anybody's: the chain alone says nothing of whose it is.
    """
    try:
        for issued, issuer in zip([leaf, *anchors], [*anchors, anchors[-1]], strict=True):
            issued.verify_directly_issued_by(issuer)
            if not issued.not_valid_before_utc <= datetime.now(UTC) <= issued.not_valid_after_utc:
                raise UntrustedCertificate
        usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        authorities = [one.extensions.get_extension_for_class(x509.BasicConstraints).value.ca for one in anchors]
    except _FLAWS as error:
        raise UntrustedCertificate from error
    names = [name.value for name in leaf.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)]
    if ExtendedKeyUsageOID.CODE_SIGNING not in usage or names != [organization] or not all(authorities):
        raise UntrustedCertificate


def _parsed(answer: Answer) -> x509.Certificate:
    load = x509.load_pem_x509_certificate if _PEM.match(answer.body) else x509.load_der_x509_certificate
    try:
        return load(answer.body if answer.status == HTTPStatus.OK else b"")
    except (ValueError, x509.InvalidVersion) as error:
        raise answer.nonsense() from error
