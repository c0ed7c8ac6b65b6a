"""Do the name constraints of an authority allow a name?

Source: crypto/x509, constraints.go and parser.go (parseNameConstraintsExtension).
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from goproxy_exporter.wire.der import CONSTRUCTED, CONTEXT, MalformedError, Reader

_DNS, _IP, _EMAIL, _URI = CONTEXT | 2, CONTEXT | 7, CONTEXT | 1, CONTEXT | 6

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Subtrees:
    """Constraints of one direction, by kind of name."""

    dns: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()
    emails: tuple[str, ...] = ()
    uris: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Constraints:
    """What one authority may vouch for. `odd`: with kinds of names that Go does not handle."""

    permitted: Subtrees
    excluded: Subtrees
    odd: bool


def read_constraints(value: bytes) -> Constraints:
    """Read the extension; raises `MalformedError` where Go's parser would."""
    outer = Reader(value)
    reader = outer.inside("name constraints")
    permitted = reader.optional("name constraints", CONTEXT | CONSTRUCTED | 0)
    excluded = reader.optional("name constraints", CONTEXT | CONSTRUCTED | 1)
    if outer or reader:
        raise MalformedError("invalid NameConstraints extension")
    if not permitted and not excluded:
        raise MalformedError("empty name constraints extension")
    allowed, odd = _subtrees(permitted or b"")
    forbidden, odd_too = _subtrees(excluded or b"")
    return Constraints(allowed, forbidden, odd or odd_too)


def objection_to_name(constraints: Constraints, kind: str, name: str) -> str | None:
    """Say what speaks against a ``dns``, ``uris`` (a host) or ``emails`` name; None if nothing."""
    permitted: tuple[str, ...] = getattr(constraints.permitted, kind)
    excluded: tuple[str, ...] = getattr(constraints.excluded, kind)
    if not _domain_is_valid(name.rpartition("@")[2]):
        return f"cannot parse {name!r}"
    if permitted and not any(_covers(one, name) for one in permitted):
        return f"{name!r} is not permitted by any constraint"
    against = (one for one in excluded if _covers(one, name) or _could_cover(one, name))
    found = next(against, None)
    return None if found is None else f"{name!r} is excluded by constraint {found!r}"


def objection_to_address(
    constraints: Constraints, address: IPv4Address | IPv6Address
) -> str | None:
    """Say what speaks against an address; None if nothing."""
    permitted, excluded = constraints.permitted.networks, constraints.excluded.networks
    if permitted and not any(_contains(one, address) for one in permitted):
        return f"{address} is not permitted by any constraint"
    found = next((one for one in excluded if _contains(one, address)), None)
    return None if found is None else f"{address} is excluded by constraint {found}"


def _covers(constraint: str, name: str) -> bool:
    """Say whether `name` is below `constraint`; a full mailbox covers itself alone."""
    local, _, domain = name.rpartition("@")
    if "@" in constraint:
        of_constraint = constraint.rpartition("@")
        return (of_constraint[0], of_constraint[2].lower()) == (local, domain.lower())
    below, above = domain.lower(), constraint.lower()
    if not above:
        return True
    if not below.endswith(above):
        return False
    rest = below[: len(below) - len(above)]
    return above.startswith(".") or not rest or rest.endswith(".")


def _could_cover(excluded: str, name: str) -> bool:
    """Say whether a wildcard stands, among others, for an excluded name right beside it."""
    beside = name.lower().partition(".")[1:] if name.startswith("*") else ("", "")
    return bool(beside[0]) and excluded.lower().partition(".")[1:] == beside


def _contains(network: Network, address: IPv4Address | IPv6Address) -> bool:
    return network.version == address.version and address in network


def _subtrees(content: bytes) -> tuple[Subtrees, bool]:
    found: dict[int, list[bytes]] = {}
    reader = Reader(content)
    while reader:
        base = reader.inside("name constraint").element("name constraint")
        found.setdefault(base.tag, []).append(base.content)
    subtrees = Subtrees(
        dns=tuple(map(_domain, found.get(_DNS, ()))),
        networks=tuple(map(_network, found.get(_IP, ()))),
        emails=tuple(map(_mailbox, found.get(_EMAIL, ()))),
        uris=tuple(map(_domain, found.get(_URI, ()))),
    )
    return subtrees, bool(found.keys() - {_DNS, _IP, _EMAIL, _URI})


def _domain(content: bytes) -> str:
    text = _ascii(content)
    if not _domain_is_valid(text.removeprefix(".") if len(text) > 1 else text):
        raise MalformedError(f"failed to parse constraint {text!r}")
    return text


def _mailbox(content: bytes) -> str:
    text = _ascii(content)
    return text if "@" in text else _domain(content)


def _ascii(content: bytes) -> str:
    try:
        return content.decode("ascii")
    except UnicodeDecodeError as error:
        raise MalformedError("invalid constraint value") from error


def _domain_is_valid(name: str) -> bool:
    """Follow domainNameValid: no trailing period, no empty label, printable ASCII."""
    if not name:
        return True
    return all(label and all("!" <= char <= "~" for char in label) for label in name.split("."))


def _network(content: bytes) -> Network:
    half = len(content) // 2
    if len(content) not in (8, 32):
        raise MalformedError("IP constraint of a wrong length")
    address, mask = content[:half], int.from_bytes(content[half:], "big")
    bits = half * 8
    ones = mask.bit_count()
    if mask != ((1 << ones) - 1) << (bits - ones):
        raise MalformedError("IP constraint contained invalid mask")
    number = int.from_bytes(address, "big") & mask
    return IPv4Network((number, ones)) if half == 4 else IPv6Network((number, ones))  # noqa: PLR2004 - octets
