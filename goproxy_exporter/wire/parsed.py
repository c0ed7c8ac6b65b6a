"""What in a certificate counts when Go verifies it?

Source: crypto/x509, parser.go (parseCertificate).
"""

import functools
from dataclasses import dataclass

from goproxy_exporter.wire.der import (
    BOOLEAN,
    CONSTRUCTED,
    CONTEXT,
    OCTET_STRING,
    SEQUENCE,
    MalformedError,
    Reader,
    dotted,
)
from goproxy_exporter.wire.distinguished import read_name
from goproxy_exporter.wire.extensions import Extensions, read_extensions
from goproxy_exporter.wire.public_key import PublicKey, public_key, read_algorithm

_VERSION_3 = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parsed:
    """A certificate as Go sees it; encoded parts are DER. Times are Unix seconds."""

    raw: bytes
    tbs: bytes
    version: int
    algorithm: bytes
    """Content of the AlgorithmIdentifier of the signature."""
    issuer: bytes
    subject: bytes
    not_before: float
    not_after: float
    key: PublicKey
    extensions: Extensions
    signature: bytes

    @property
    def self_issued(self) -> bool:
        """Whether it names itself as its issuer."""
        return self.issuer == self.subject


@functools.lru_cache(maxsize=1024)
def parse(der: bytes) -> Parsed:
    """Read a certificate; raises `MalformedError` where Go's parser would."""
    outer = Reader(der)
    whole = outer.element("certificate", SEQUENCE)
    if outer:
        raise MalformedError("trailing data")
    parts = Reader(whole.content)
    tbs = parts.element("tbs certificate", SEQUENCE)
    algorithm = parts.read("algorithm identifier", SEQUENCE)
    signature = parts.aligned_bits("signature")
    return _to_be_signed(der, tbs.raw, Reader(tbs.content), algorithm, signature)


def _to_be_signed(
    der: bytes, tbs: bytes, reader: Reader, algorithm: bytes, signature: bytes
) -> Parsed:
    version = _version(reader)
    if reader.integer("serial number") < 0:
        raise MalformedError("negative serial number")
    if reader.read("signature algorithm identifier", SEQUENCE) != algorithm:
        raise MalformedError("inner and outer signature algorithm identifiers don't match")
    read_algorithm(Reader(algorithm))
    issuer = read_name(reader)
    validity = reader.inside("validity")
    not_before, not_after = validity.time("validity"), validity.time("validity")
    subject = read_name(reader)
    key = public_key(reader.element("spki", SEQUENCE).raw)
    return Parsed(
        raw=der,
        tbs=tbs,
        version=version,
        algorithm=algorithm,
        issuer=issuer,
        subject=subject,
        not_before=not_before,
        not_after=not_after,
        key=key,
        extensions=_extensions(reader, version),
        signature=signature,
    )


def _version(reader: Reader) -> int:
    wrapped = reader.optional("version", CONTEXT | CONSTRUCTED | 0)
    version = 1 + (Reader(wrapped).integer("version") if wrapped is not None else 0)
    if not 1 <= version <= _VERSION_3:
        raise MalformedError("invalid version")
    return version


def _extensions(reader: Reader, version: int) -> Extensions:
    if version > 1:
        reader.optional("issuerUniqueID", CONTEXT | 1)
        reader.optional("subjectUniqueID", CONTEXT | 2)
    wrapped = None
    if version == _VERSION_3:
        wrapped = reader.optional("extensions", CONTEXT | CONSTRUCTED | 3)
    return read_extensions(_listed(wrapped) if wrapped is not None else {})


def _listed(wrapped: bytes) -> dict[bytes, tuple[bool, bytes]]:
    """Give (critical, value) by object identifier."""
    found: dict[bytes, tuple[bool, bytes]] = {}
    listed = Reader(wrapped).inside("extensions")
    while listed:
        extension = listed.inside("extension")
        name = extension.identifier("extension OID field")
        critical = extension.tag == BOOLEAN and extension.boolean("extension critical field")
        if name in found:
            raise MalformedError(f"certificate contains duplicate extension {dotted(name)}")
        found[name] = critical, extension.read("extension value field", OCTET_STRING)
    return found
