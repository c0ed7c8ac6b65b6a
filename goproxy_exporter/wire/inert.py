"""Can Go read the extensions that decide nothing about a server?

Go's parser refuses a certificate with a malformed extension, even one that it never looks at.
Source: crypto/x509, parser.go (processExtensions).
"""

from collections.abc import Callable, Mapping

from goproxy_exporter.wire.der import (
    CONSTRUCTED,
    CONTEXT,
    MalformedError,
    Reader,
    oid,
)

ACCESS = oid("1.3.6.1.5.5.7.1.1")
"""Authority information access."""
_CA_ISSUERS = oid("1.3.6.1.5.5.7.48.2")
_URI = CONTEXT | 6
_MOST_INT_BITS = 63


def check_inert(values: Mapping[bytes, bytes]) -> None:
    """Raise `MalformedError` where Go's parser would."""
    for name, check in _CHECKS.items():
        if name in values:
            check(values[name])


def says_where_its_issuer_is(value: bytes | None) -> bool:
    """Say whether an authority information access points to the issuer's certificate."""
    return value is not None and _CA_ISSUERS in _access_methods(value)


def _access_methods(value: bytes) -> list[bytes]:
    found = []
    reader = Reader(value).inside("authority info access")
    while reader:
        description = reader.inside("authority info access")
        found.append(description.identifier("authority info access"))
        description.optional("authority info access", _URI)
    return found


def _check_access(value: bytes) -> None:
    _access_methods(value)


def _check_distribution_points(value: bytes) -> None:
    what = "CRL distribution point"
    reader = Reader(value).inside(what)
    while reader:
        name = reader.inside(what).optional(what, CONTEXT | CONSTRUCTED | 0)
        if name is None:
            continue
        full_name = Reader(name).inside(what, CONTEXT | CONSTRUCTED | 0)
        while full_name.tag == _URI:
            full_name.element(what)


def _check_policies(value: bytes) -> None:
    what = "certificate policies"
    reader = Reader(value).inside(what)
    found = set()
    while reader:
        policy = reader.inside(what).identifier(what)
        if policy in found:
            raise MalformedError(f"invalid {what}")
        found.add(policy)


def _check_mappings(value: bytes) -> None:
    what = "policy mappings"
    reader = Reader(value).inside(what)
    while reader:
        mapping = reader.inside(what)
        mapping.read(what, 0x06)
        mapping.read(what, 0x06)


def _check_policy_constraints(value: bytes) -> None:
    what = "policy constraints"
    reader = Reader(value).inside(what)
    for number in (0, 1):
        content = reader.optional(what, CONTEXT | number)
        if content is not None:
            _check_int(bytes((0x02, len(content))) + content, what)


def _check_inhibit_any_policy(value: bytes) -> None:
    _check_int(value, "inhibit any policy")


def _check_int(encoded: bytes, what: str) -> None:
    if Reader(encoded).integer(what).bit_length() > _MOST_INT_BITS:
        raise MalformedError(f"invalid {what}")


_CHECKS: dict[bytes, Callable[[bytes], None]] = {
    oid("2.5.29.31"): _check_distribution_points,
    oid("2.5.29.32"): _check_policies,
    oid("2.5.29.33"): _check_mappings,
    oid("2.5.29.36"): _check_policy_constraints,
    oid("2.5.29.54"): _check_inhibit_any_policy,
    ACCESS: _check_access,
}
INERT = frozenset(_CHECKS)
"""The extensions that are known and decide nothing."""
