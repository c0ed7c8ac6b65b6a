"""May the authorities of a chain vouch for a server of these names?

Source: crypto/x509, verify.go (checkChainForKeyUsage) and constraints.go (checkChainConstraints).
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from goproxy_exporter.wire.constraints import (
    Constraints,
    objection_to_address,
    objection_to_name,
)
from goproxy_exporter.wire.extensions import ANY_USAGE, SERVER_AUTH, Names
from goproxy_exporter.wire.hostname import literal
from goproxy_exporter.wire.objection import Objection, Reason
from goproxy_exporter.wire.parsed import Parsed


def unfit(chain: tuple[Parsed, ...]) -> Objection | None:
    """Say why the authorities of a complete chain may not vouch for its leaf; None if they may."""
    if not all(map(_serves, chain)):
        return Objection(Reason.WRONG_USAGE, "certificate specifies an incompatible key usage")
    words = next(_constrained(chain), None)
    if words is None:
        return None
    return Objection(Reason.INVALID, f"an issuer is not authorized to sign for this name: {words}")


def _serves(one: Parsed) -> bool:
    usages = one.extensions.usages
    return not usages or SERVER_AUTH in usages or ANY_USAGE in usages


def _constrained(chain: tuple[Parsed, ...]) -> Iterator[str]:
    """Give what the authorities' constraints have against the names below them."""
    for position, authority in enumerate(chain):
        constraints = authority.extensions.constraints
        if constraints is None:
            continue
        for one in chain[:position]:
            yield from filter(None, _objections(constraints, one.extensions.names))


def _objections(constraints: Constraints, names: Names | None) -> Iterator[str | None]:
    if names is None:
        return
    for address in names.addresses:
        yield objection_to_address(constraints, address)
    for name in names.dns:
        yield objection_to_name(constraints, "dns", name)
    for uri in names.uris:
        host = _uri_host(uri)
        yield objection_to_name(constraints, "uris", host) if host else f"{uri!r} names no host"
    for mailbox in names.emails:
        yield objection_to_name(constraints, "emails", mailbox)


def _uri_host(uri: str) -> str | None:
    """Give the host name of a URI; None where there is none that constraints could be about."""
    try:
        host = urlsplit(uri).hostname
    except ValueError:
        return None
    return None if not host or literal(host) else host
