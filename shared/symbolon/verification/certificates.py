"""Code-signing certificates that are published at a URL: fetched, kept for a while, and verified up to fixed anchors.

The chain has a fixed shape, leaf - intermediate - root, so each link is checked by itself
(https://www.rfc-editor.org/rfc/rfc5280#section-6.1 without what such a chain cannot have).
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from symbolon.errors import ResourceExhausted
from symbolon.internet import publications
from symbolon.internet.answers import Answer
from symbolon.internet.outbound import Outbound
from symbolon.internet.published import Published

MAX_KEPT = 16
"""Certificates kept by one instance; a publisher has one or two at a time."""

MOST_UNKNOWN = 20
"""URLs a minute for which a publisher is asked though no instance knows them: a client can make up any number."""

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


class PublishedCertificate(Published[x509.Certificate | None]):
    """The certificate at a URL, None where there is none.

    The URL is the client's choice, of the publisher's host: what is missing there says nothing of the publisher.
    """

    def __init__(self, url: str, publisher: str) -> None:
        """Make it for the URL, which is the publisher's."""
        super().__init__(url)
        self._publisher = publisher

    def take(self, answer: Answer) -> bytes | None:
        """Return the certificate as it is published."""
        return None if answer.status in _MISSING else super().take(answer)

    def read(self, body: bytes | None) -> x509.Certificate | None:
        """Return the certificate, in whichever of the two forms it is; raises ValueError when it is none."""
        if body is None:
            return None
        load = x509.load_pem_x509_certificate if _PEM.match(body) else x509.load_der_x509_certificate
        try:
            return load(body)
        except x509.InvalidVersion as error:
            raise ValueError("version") from error

    def fresh_for(self, answer: Answer, content: x509.Certificate | None) -> float:
        """Return for how many seconds it may be kept: no longer than it is valid."""
        allowed = super().fresh_for(answer, content)
        left = (content.not_valid_after_utc - datetime.now(UTC)).total_seconds() if content else allowed
        return min(allowed, left)

    def admit(self) -> None:
        """Let a few URLs a minute be tried that nobody knows; raises ResourceExhausted for more of them."""
        if seconds := publications.count_unknown(self._publisher, MOST_UNKNOWN):
            raise ResourceExhausted("Too many sign-ins with unknown keys, try again later.", retry_after=seconds)


class Certificates:
    """The certificates of a publisher that were fetched, by URL."""

    def __init__(self) -> None:
        self._kept: dict[str, PublishedCertificate] = {}

    def at(self, url: str, door: Outbound) -> x509.Certificate:
        """Return the certificate at the URL.

        Raises UntrustedCertificate for none, Unavailable in an outage, ResourceExhausted when too many URLs were tried.
        """
        published = self._kept.get(url) or PublishedCertificate(url, door.provider)
        certificate = published.current(door)
        if certificate is None:
            self._kept.pop(url, None)
            raise UntrustedCertificate
        while len(self._kept) >= MAX_KEPT and url not in self._kept:
            self._kept.pop(next(iter(self._kept)))
        self._kept[url] = published
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
