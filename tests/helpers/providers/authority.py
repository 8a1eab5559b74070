"""Certificate authorities that live as long as the tests, and certificates by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """Give the RSA key of that name, the same for all tests, since making one takes time."""
    assert name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class Holder:
    """A certificate, and the private key of whoever it is about."""

    certificate: x509.Certificate
    key: PrivateKey

    def pem(self) -> bytes:
        """Give the certificate, to be published or trusted."""
        return self.certificate.public_bytes(Encoding.PEM)

    def der(self) -> bytes:
        """Give the certificate in binary, as Apple publishes it."""
        return self.certificate.public_bytes(Encoding.DER)

    def pem_key(self) -> bytes:
        """Give the private key, for a server to start with."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@dataclass(frozen=True)
class Statement:
    """What a certificate says; the days are from today."""

    name: str
    organizations: Sequence[str] = ()
    is_authority: bool = False
    hosts: Sequence[str] = ()
    usage: ObjectIdentifier | None = None
    from_day: float = -1
    to_day: float = 30
    constrained: bool = True


CODE_SIGNING = ExtendedKeyUsageOID.CODE_SIGNING
SERVER = ExtendedKeyUsageOID.SERVER_AUTH


def certify(statement: Statement, key: PrivateKey, issuer: Holder | None = None) -> Holder:
    """Give a certificate of the statement for the key's owner; without an issuer it signs itself."""
    now = datetime.now(UTC)
    names = [(NameOID.COMMON_NAME, statement.name), *((NameOID.ORGANIZATION_NAME, o) for o in statement.organizations)]
    subject = x509.Name([x509.NameAttribute(*name) for name in names])
    builder = (
        x509.CertificateBuilder(subject_name=subject, issuer_name=issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=statement.from_day))
        .not_valid_after(now + timedelta(days=statement.to_day))
    )
    # Without these two Python 3.13 believes no certificate.
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    issuing = (issuer.key if issuer else key).public_key()
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuing), critical=False)
    for extension in _extensions(statement):
        builder = builder.add_extension(extension, critical=isinstance(extension, _CRITICAL))
    return Holder(builder.sign(issuer.key if issuer else key, SHA256()), key)


_CRITICAL = (x509.BasicConstraints, x509.KeyUsage)
MAY_CERTIFY = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def _extensions(statement: Statement) -> list[x509.ExtensionType]:
    extensions: list[x509.ExtensionType] = []
    if statement.constrained:
        extensions.append(x509.BasicConstraints(ca=statement.is_authority, path_length=None))
    if statement.is_authority:
        extensions.append(MAY_CERTIFY)
    if statement.hosts:
        extensions.append(x509.SubjectAlternativeName([x509.DNSName(host) for host in statement.hosts]))
    if statement.usage:
        extensions.append(x509.ExtendedKeyUsage([statement.usage]))
    return extensions
