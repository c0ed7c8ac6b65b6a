"""A throw-away certificate authority that also issues what no client should accept."""

import contextlib
import ssl
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Literal, Self, TypedDict, Unpack

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from goproxy_exporter.simulator.keys import Key, KeyKind, new_key
from goproxy_exporter.simulator.signing import Digest, sign

Usage = Literal["server", "client", "code", "any", "unknown"]
KeyUse = Literal[
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
]

_USAGES: dict[Usage, x509.ObjectIdentifier] = {
    "server": ExtendedKeyUsageOID.SERVER_AUTH,
    "client": ExtendedKeyUsageOID.CLIENT_AUTH,
    "code": ExtendedKeyUsageOID.CODE_SIGNING,
    "any": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    "unknown": x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"),
}
_CA_ISSUERS = x509.AccessDescription(
    AuthorityInformationAccessOID.CA_ISSUERS,
    x509.UniformResourceIdentifier("http://ca.invalid/issuer.cer"),
)
"""Where an intermediate is to be had, as real leaves tell; nobody listens there."""


class Variant(TypedDict, total=False):
    """How a certificate differs from a good one; every key may be left out."""

    key: KeyKind
    digest: Digest
    """Of the issuer's signature over this certificate; ``sha1`` is what Go refuses."""
    begins: timedelta
    """Start of validity, from now; default a day ago."""
    ends: timedelta
    """End of validity, from now; default in 90 days."""
    alternative: bool
    """Whether the names go into the subject alternative name; False: the common name alone."""
    usages: Sequence[Usage] | None
    """Extended key usage; None leaves it out."""
    key_usage: Sequence[KeyUse] | None
    """Key usage; None leaves it out."""
    ca: bool | None
    """Basic constraints; None leaves them out."""
    path_length: int | None
    permitted: Sequence[str]
    """DNS name constraints, or ``address/bits``."""
    excluded: Sequence[str]
    authority_key: bool | None
    """The issuer's key identifier; None leaves it out, False gives a wrong one."""
    critical_unknown: bool
    """Whether there is a critical extension that nobody knows."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate with its key. `chain` is what a good server presents: leaf first, no root."""

    key: Key
    chain: tuple[x509.Certificate, ...]

    @property
    def certificate(self) -> x509.Certificate:
        """The leaf."""
        return self.chain[0]

    @property
    def pem(self) -> bytes:
        """The presented chain."""
        return b"".join(map(pem, self.chain))

    def presenting(self, *others: x509.Certificate) -> "Issued":
        """Present these behind the leaf; none of them is the missing intermediate."""
        return Issued(self.key, (self.certificate, *others))

    def write(self, directory: Path, name: str = "server") -> tuple[Path, Path]:
        """Write chain and key as PEM files; gives their paths."""
        certificates, key = directory / f"{name}.pem", directory / f"{name}.key"
        certificates.write_bytes(self.pem)
        key.write_bytes(self.key.pem)
        return certificates, key

    def load_into(self, context: ssl.SSLContext) -> None:
        """Let a server's (or client's) context present this certificate."""
        with self._files() as (certificates, key):
            context.load_cert_chain(certificates, key)

    def server_context(self, *, alpn: Sequence[str] = ("h2", "http/1.1")) -> ssl.SSLContext:
        """Give a context for a server that presents this, without regard for weak keys."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("ALL:@SECLEVEL=0")
        self.load_into(context)
        context.set_alpn_protocols(list(alpn))
        return context

    @contextlib.contextmanager
    def _files(self) -> Iterator[tuple[Path, Path]]:
        with tempfile.TemporaryDirectory() as directory:
            yield self.write(Path(directory))


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority: a root, or below one. `above` are the intermediates to present."""

    certificate: x509.Certificate
    key: Key
    above: tuple[x509.Certificate, ...] = ()
    """This authority and those above it, nearest first, without the root."""

    @classmethod
    def create(cls, name: str = "Simulated Root", **variant: Unpack[Variant]) -> Self:
        """Make a root."""
        variant = _for_authority(variant)
        key = new_key(variant.get("key", "ecdsa-p256"))
        return cls(_certificate(name, (), key, None, variant), key)

    def subordinate(self, name: str = "Simulated Intermediate", **variant: Unpack[Variant]) -> Self:
        """Make an intermediate authority below this one."""
        variant = _for_authority(variant)
        key = new_key(variant.get("key", "ecdsa-p256"))
        certificate = _certificate(name, (), key, self, variant)
        return type(self)(certificate, key, (certificate, *self.above))

    def crossed(self, by: "Authority", **variant: Unpack[Variant]) -> Self:
        """Give this authority, same name and same key, with a certificate from another one."""
        variant = _for_authority(variant)
        name = self.certificate.subject.rfc4514_string().removeprefix("CN=")
        certificate = _certificate(name, (), self.key, by, variant)
        return type(self)(certificate, self.key, (certificate, *by.above))

    def issue(self, names: Sequence[str], **variant: Unpack[Variant]) -> Issued:
        """Issue a server's certificate for DNS names and IP addresses; the first is its subject."""
        key = new_key(variant.get("key", "ecdsa-p256"))
        return Issued(key, (_certificate(names[0], names, key, self, variant), *self.above))

    @property
    def pem(self) -> bytes:
        """The authority's own certificate: what to trust, if it is a root."""
        return pem(self.certificate)


def self_signed(names: Sequence[str], **variant: Unpack[Variant]) -> Issued:
    """Make a server's certificate that only vouches for itself."""
    key = new_key(variant.get("key", "ecdsa-p256"))
    return Issued(key, (_certificate(names[0], names, key, None, variant),))


def pem(certificate: x509.Certificate) -> bytes:
    """Encode a certificate."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def _for_authority(variant: Variant) -> Variant:
    defaults = Variant(
        ca=True, usages=None, key_usage=("key_cert_sign", "crl_sign"), ends=timedelta(days=3650)
    )
    return {**defaults, **variant}


def _certificate(
    subject: str, names: Sequence[str], key: Key, issuer: Authority | None, variant: Variant
) -> x509.Certificate:
    now = datetime.now(UTC).replace(microsecond=0)
    above = issuer.certificate.subject if issuer else _name(subject)
    builder = x509.CertificateBuilder(
        issuer_name=above,
        subject_name=_name(subject),
        public_key=key.public,
        serial_number=x509.random_serial_number(),
        not_valid_before=now + variant.get("begins", timedelta(days=-1)),
        not_valid_after=now + variant.get("ends", timedelta(days=90)),
    )
    for extension, critical in _extensions(names, key, issuer, variant):
        builder = builder.add_extension(extension, critical)
    return sign(builder, issuer.key if issuer else key, variant.get("digest", "sha256"))


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name[:64])])


def _extensions(
    names: Sequence[str], key: Key, issuer: Authority | None, variant: Variant
) -> Iterator[tuple[x509.ExtensionType, bool]]:
    signer = issuer.key if issuer else key
    if names and variant.get("alternative", True):
        yield x509.SubjectAlternativeName(list(map(_general_name, names))), False
    yield from _constraints(variant)
    usages = variant.get("usages", ("server",))
    if usages is not None:
        yield x509.ExtendedKeyUsage([_USAGES[usage] for usage in usages]), False
    uses = variant.get("key_usage", ("digital_signature",))
    if uses is not None:
        yield _key_usage(uses), True
    yield x509.SubjectKeyIdentifier.from_public_key(key.public), False
    match variant.get("authority_key", True):
        case True:
            yield x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public), False
        case False:
            yield x509.AuthorityKeyIdentifier(b"\x13" * 20, None, None), False
        case None:
            pass
    if issuer is not None and issuer.above:
        yield x509.AuthorityInformationAccess([_CA_ISSUERS]), False
    if variant.get("critical_unknown"):
        yield x509.UnrecognizedExtension(_USAGES["unknown"], b"\x05\x00"), True


def _constraints(variant: Variant) -> Iterator[tuple[x509.ExtensionType, bool]]:
    ca = variant.get("ca")
    if ca is not None:
        yield x509.BasicConstraints(ca, variant.get("path_length") if ca else None), True
    permitted = [_subtree(one) for one in variant.get("permitted", ())]
    excluded = [_subtree(one) for one in variant.get("excluded", ())]
    if permitted or excluded:
        yield x509.NameConstraints(permitted or None, excluded or None), True


def _key_usage(uses: Sequence[KeyUse]) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature="digital_signature" in uses,
        content_commitment="content_commitment" in uses,
        key_encipherment="key_encipherment" in uses,
        data_encipherment="data_encipherment" in uses,
        key_agreement="key_agreement" in uses,
        key_cert_sign="key_cert_sign" in uses,
        crl_sign="crl_sign" in uses,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _subtree(text: str) -> x509.GeneralName:
    return x509.IPAddress(ip_network(text)) if "/" in text else x509.DNSName(text)
