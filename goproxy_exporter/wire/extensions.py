"""What do a certificate's extensions say, and does Go know them all?

Source: crypto/x509, parser.go (processExtensions).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from goproxy_exporter.wire.constraints import Constraints, read_constraints
from goproxy_exporter.wire.der import (
    BOOLEAN,
    CONTEXT,
    INTEGER,
    OCTET_STRING,
    MalformedError,
    Reader,
    oid,
)
from goproxy_exporter.wire.inert import ACCESS, INERT, check_inert, says_where_its_issuer_is

CERT_SIGN = 1 << 5
"""The bit of key usage that lets a key sign certificates."""
SERVER_AUTH = oid("1.3.6.1.5.5.7.3.1")
ANY_USAGE = oid("2.5.29.37.0")

Address = IPv4Address | IPv6Address
_SUBJECT_KEY, _KEY_USAGE, _NAMES = oid("2.5.29.14"), oid("2.5.29.15"), oid("2.5.29.17")
_BASIC, _CONSTRAINTS, _AUTHORITY_KEY = oid("2.5.29.19"), oid("2.5.29.30"), oid("2.5.29.35")
_USAGES = oid("2.5.29.37")
_HANDLED = INERT | {_SUBJECT_KEY, _KEY_USAGE, _NAMES, _BASIC, _CONSTRAINTS, _AUTHORITY_KEY, _USAGES}
_NEVER_CRITICAL = frozenset({_SUBJECT_KEY, _AUTHORITY_KEY, ACCESS})
_EMAIL, _DNS, _URI, _IP = 1, 2, 6, 7
_LARGEST = (1 << 63) - 1
_NOTHING = b"\x30\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The subject alternative name."""

    dns: tuple[str, ...] = ()
    addresses: tuple[Address, ...] = ()
    emails: tuple[str, ...] = ()
    uris: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extensions:
    """What the extensions say; the defaults stand for extensions that are absent."""

    key_usage: int = 0
    basic: bool = False
    """Whether there are basic constraints at all."""
    authority: bool = False
    longest_path: int = -1
    names: Names | None = None
    usages: frozenset[bytes] = frozenset()
    """Extended key usages, as encoded object identifiers."""
    constraints: Constraints | None = None
    subject_key: bytes = b""
    authority_key: bytes = b""
    issuer_published: bool = False
    """Whether it says where its issuer's certificate can be fetched."""
    unhandled: bool = False
    """Whether there is a critical extension that Go does not know."""


def read_extensions(found: Mapping[bytes, tuple[bool, bytes]]) -> Extensions:
    """Read extensions, given by object identifier as (critical, value).

    Raises `MalformedError` where Go's parser would.
    """
    if any(found[name][0] for name in _NEVER_CRITICAL & found.keys()):
        raise MalformedError("an extension is incorrectly marked critical")
    values = {name: value for name, (_, value) in found.items()}
    check_inert(values)
    names, constraints = _names(values.get(_NAMES)), _constraints(values.get(_CONSTRAINTS))
    authority, longest_path = _basic(values.get(_BASIC))
    handled = _HANDLED - ({_NAMES} if names == Names() else set())
    unhandled = any(critical for name, (critical, _) in found.items() if name not in handled)
    odd = constraints is not None and constraints.odd and found[_CONSTRAINTS][0]
    return Extensions(
        key_usage=_key_usage(values.get(_KEY_USAGE)),
        basic=_BASIC in values,
        authority=authority,
        longest_path=longest_path,
        names=names,
        usages=_usages(values.get(_USAGES)),
        constraints=constraints,
        subject_key=_subject_key(values.get(_SUBJECT_KEY)),
        authority_key=_authority_key(values.get(_AUTHORITY_KEY)),
        issuer_published=says_where_its_issuer_is(values.get(ACCESS)),
        unhandled=unhandled or odd,
    )


def _names(value: bytes | None) -> Names | None:
    if value is None:
        return None
    reader = Reader(value).inside("subject alternative names")
    found: dict[int, list[bytes]] = {}
    while reader:
        name = reader.element("subject alternative name")
        found.setdefault(name.tag ^ CONTEXT, []).append(name.content)
    return Names(
        dns=tuple(_ia5(one) for one in found.get(_DNS, ())),
        addresses=tuple(_address(one) for one in found.get(_IP, ())),
        emails=tuple(_ia5(one) for one in found.get(_EMAIL, ())),
        uris=tuple(_ia5(one) for one in found.get(_URI, ())),
    )


def _ia5(content: bytes) -> str:
    try:
        return content.decode("ascii")
    except UnicodeDecodeError as error:
        raise MalformedError("a SAN is malformed") from error


def _address(content: bytes) -> Address:
    match len(content):
        case 4:
            return IPv4Address(content)
        case 16 if IPv6Address(content).ipv4_mapped is None:
            return IPv6Address(content)
        case _:
            raise MalformedError("cannot parse IP address")


def _constraints(value: bytes | None) -> Constraints | None:
    return None if value is None else read_constraints(value)


def _basic(value: bytes | None) -> tuple[bool, int]:
    if value is None:
        return False, -1
    reader = Reader(value).inside("basic constraints")
    authority = reader.tag == BOOLEAN and reader.boolean("basic constraints")
    if reader.tag != INTEGER:
        return authority, -1
    longest_path = reader.integer("basic constraints")
    if not 0 <= longest_path <= _LARGEST:
        raise MalformedError("invalid basic constraints")
    return authority, longest_path


def _key_usage(value: bytes | None) -> int:
    """Give the bits as Go numbers them: the first is 1."""
    if value is None:
        return 0
    octets, _ = Reader(value).bits("key usage")
    flags = int.from_bytes(octets[:2].ljust(2, b"\0"), "big")
    return sum(1 << bit for bit in range(9) if flags >> (15 - bit) & 1)


def _usages(value: bytes | None) -> frozenset[bytes]:
    found = set()
    reader = Reader(_NOTHING if value is None else value).inside("extended key usages")
    while reader:
        found.add(reader.identifier("extended key usages"))
    return frozenset(found)


def _subject_key(value: bytes | None) -> bytes:
    return b"" if value is None else Reader(value).read("subject key identifier", OCTET_STRING)


def _authority_key(value: bytes | None) -> bytes:
    reader = Reader(_NOTHING if value is None else value).inside("authority key identifier")
    return reader.optional("authority key identifier", CONTEXT | 0) or b""
