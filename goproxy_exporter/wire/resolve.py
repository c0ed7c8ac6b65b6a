"""Which addresses does a host name have, and if none, why?"""

import asyncio
import re
from collections.abc import Sequence

import pycares

from goproxy_exporter.model.exchange import Failure, FailureKind
from goproxy_exporter.wire.hosts import (
    SystemFile,
    is_literal,
    key,
    parse_hosts,
    parse_resolv_conf,
)
from goproxy_exporter.wire.lookup import Lookup, Reply, Verdict
from goproxy_exporter.wire.order import ordered
from goproxy_exporter.wire.redact import plain

_NAME = re.compile(r"(?=.{1,254}\Z)(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?")
_SHORTEST, _LONGEST = 0.2, 2.0
_FOR_ONE_NAME = (Verdict.NXDOMAIN, Verdict.TROUBLE, Verdict.SILENCE, Verdict.NODATA)
"""One NXDOMAIN settles a name for all types; else what is no answer leaves open what there is."""
_FOR_ALL_NAMES = (Verdict.TROUBLE, Verdict.SILENCE, Verdict.NXDOMAIN, Verdict.NODATA)
"""What left any of the names open leaves the host open."""
_KINDS = {
    Verdict.TROUBLE: FailureKind.DNS_FAILURE,
    Verdict.SILENCE: FailureKind.DNS_TIMEOUT,
    Verdict.NXDOMAIN: FailureKind.DNS_NXDOMAIN,
    Verdict.NODATA: FailureKind.DNS_NXDOMAIN,
}


class Resolver:
    """Every lookup is cold, as the first one of a new process: nothing is cached in between."""

    def __init__(self, *, hosts: str = "/etc/hosts", resolv_conf: str = "/etc/resolv.conf") -> None:
        self._hosts = SystemFile(hosts, parse_hosts)
        self._system = SystemFile(resolv_conf, parse_resolv_conf)

    async def resolve(
        self, host: str, *, family: int | None, nameservers: tuple[str, ...], timeout: float
    ) -> tuple[str, ...] | Failure:
        """Give the addresses in the order in which they are to be tried, or why there are none.

        `family` is 4, 6 or None for both; `nameservers` are ``address`` or ``address:port``, none
        meaning the system's; `timeout` is in seconds. Literals are given back at once; the hosts
        file goes before the nameservers. The search list of resolv.conf completes short names
        only where the system's nameservers are asked.
        """
        families = (4, 6) if family is None else (family,)
        known = self._known(host)
        if known:
            return _of_family(known, families, host)
        if not _NAME.fullmatch(host):
            return Failure(FailureKind.DNS_NXDOMAIN, plain(f"{host!r} is not a host name"))
        system = self._system.value
        names = (host,) if nameservers else system.names(host)
        servers = nameservers or system.nameservers
        try:
            lookup = Lookup(servers, patience=min(_LONGEST, max(_SHORTEST, timeout / 4)))
        except (pycares.AresError, UnicodeError):
            words = f"not a nameserver's address: {', '.join(servers)}"
            return Failure(FailureKind.DNS_FAILURE, plain(words))
        async with lookup:
            reply = await _ask(lookup, names, families, timeout)
        if reply.addresses:
            return ordered(reply.addresses)
        words = f"{host}: {reply.words}; asked {', '.join(servers)}"
        return Failure(_KINDS[reply.verdict], plain(words))

    def _known(self, host: str) -> tuple[str, ...]:
        """Give what needs no question: a literal, with or without brackets, or the hosts file."""
        bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
        if is_literal(bare):
            return (bare,)
        return self._hosts.value.get(key(host), ())


async def _ask(
    lookup: Lookup, names: tuple[str, ...], families: tuple[int, ...], timeout: float
) -> Reply:
    """Ask for one name after the other until one has addresses; else give the worst reply."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout
    replies: list[Reply] = []
    for name in names:
        answered = await lookup.ask(name, families, max(0.0, deadline - loop.time()))
        found = tuple(address for reply in answered for address in reply.addresses)
        if found:
            return Reply(Verdict.ADDRESSES, "", found)
        replies.append(_first(answered, _FOR_ONE_NAME))
    return _first(replies, _FOR_ALL_NAMES)


def _first(replies: Sequence[Reply], order: tuple[Verdict, ...]) -> Reply:
    return min(replies, key=lambda reply: order.index(reply.verdict))


def _of_family(
    addresses: tuple[str, ...], families: tuple[int, ...], host: str
) -> tuple[str, ...] | Failure:
    fitting = [one for one in addresses if (6 if ":" in one else 4) in families]
    if fitting:
        return ordered(fitting)
    words = f"{host} has no IPv{families[0]} address, only {', '.join(addresses)}"
    return Failure(FailureKind.DNS_NXDOMAIN, plain(words))
