"""Which hosts a world has, and how they find one another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Protocol

from goproxy_exporter.simulator.known import Known
from goproxy_exporter.simulator.reply import Reply
from goproxy_exporter.simulator.request import Request

DOMAIN = "sim.test"
EVERYWHERE = ("127.0.0.1", "127.0.0.2", "::1")
"""The addresses of a mirror, in the nameserver's order."""
ONE = ("127.0.0.1",)


class Extension(Protocol):
    """Something more that a world serves: a checksum database, an index, vulnerabilities.

    It may have hosts of its own, answer below the URL of every mirror, or both.
    """

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names of hosts of its own: ``sum`` is sum.sim.test."""

    def opened(self, urls: Mapping[str, str]) -> None:
        """Learn the URLs of its own hosts, by their names, before anything is asked."""

    def answer(self, host: str, request: Request, known: Known) -> Reply:
        """Answer what one of its own hosts is asked."""

    def relay(self, mirror: str, request: Request, known: Known) -> Reply | None:
        """Answer what a mirror is asked; None where that is the mirror's own affair."""

    def settings(self) -> Mapping[str, object]:
        """Give what a configuration says because of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A host: what it is called, where it listens, and how it answers when nothing is wrong."""

    name: str
    answer: Callable[[Request, Known], Reply]
    addresses: tuple[str, ...] = ONE
    prefix: str = ""
    plain: bool = False
    """Whether it has no TLS."""
    neighbours: Mapping[str, str]
    """The names of other sites, by what this site calls them."""

    @property
    def domain(self) -> str:
        """The host name."""
        return f"{self.name}.{DOMAIN}"


def host_like(asked: str, domain: str) -> str:
    """Write a host the way another was asked for: by address if that was, else by name."""
    bare = asked.rpartition(":")[0] if not asked.endswith("]") else asked
    bare = (bare or asked).strip("[]")
    if bare == "localhost":
        return bare
    try:
        address = ip_address(bare)
    except ValueError:
        return domain
    return f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004 - IPv6
