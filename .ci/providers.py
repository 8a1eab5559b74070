"""Runs the conformance cases' stand-in for the providers, with certificates that Python 3.13 takes too.

From 3.13 on, Python verifies certificates to the letter of RFC 5280 (https://docs.python.org/3/whatsnew/3.13.html#ssl),
which asks each to say which key it has and which signed it, and an authority what its key is for.

    PYTHONPATH=. python .ci/providers.py FOLDER OPTIONS…     # world.py is in FOLDER, and takes the options
"""

import sys
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from tests.helpers.providers.authority import MAY_CERTIFY


def completed(made: x509.Certificate, key: RSAPrivateKey, issuer_key: RSAPrivateKey) -> x509.Certificate:
    """Return the certificate of `key` with the extensions that it lacks, signed anew by `issuer_key`."""
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    builder = x509.CertificateBuilder(
        made.issuer,
        made.subject,
        made.public_key(),
        made.serial_number,
        made.not_valid_before_utc,
        made.not_valid_after_utc,
        list(made.extensions),
    )
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    builder = builder.add_extension(authority, critical=False)
    if made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
        builder = builder.add_extension(MAY_CERTIFY, critical=True)
    return builder.sign(issuer_key, SHA256())


def main() -> None:
    """Start the stand-in, which goes on until it is stopped."""
    sys.path.append(sys.argv.pop(1))
    import world  # noqa: PLC0415 (it is where the first argument says)

    make = world.certificate

    def certificate(subject: str, key: RSAPrivateKey, *issuer: Any, **more: object) -> x509.Certificate:  # noqa: ANN401 (as there)
        _, issuer_key = issuer or (None, key)
        return completed(make(subject, key, *issuer, **more), key, issuer_key)

    world.certificate = certificate
    world.main()


if __name__ == "__main__":
    main()
