"""How a host behaves beside what it answers, layer by layer, and what a fault is."""

import random
import ssl
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from goproxy_exporter.simulator.certificates import Authority, Issued
from goproxy_exporter.simulator.dns import NameAnswer
from goproxy_exporter.simulator.known import Known
from goproxy_exporter.simulator.modules import Catalogue
from goproxy_exporter.simulator.reply import Reply
from goproxy_exporter.simulator.request import Request


class Door(StrEnum):
    """What happens to a TCP connection."""

    OPEN = "open"
    REFUSED = "refused"
    """RST in answer to SYN."""
    SWALLOWED = "swallowed"
    """No answer to SYN."""
    RESET = "reset"
    """Accepted, then RST."""
    CLOSED = "closed"
    """Accepted, then FIN."""
    MUTE = "mute"
    """Accepted, and never a byte."""


class Greeting(StrEnum):
    """What happens to a ClientHello."""

    TLS = "tls"
    PLAIN = "plain"
    """This is a plain HTTP server: it answers 400 to what it takes for nonsense."""
    RESET = "reset"
    CLOSED = "closed"
    MUTE = "mute"
    ALERT = "alert"
    """A fatal alert, handshake_failure."""
    GARBAGE = "garbage"
    """Bytes that are no protocol at all."""


@dataclass(frozen=True, slots=True)
class Authorities:
    """Who signs certificates: `trusted` is what clients know, `issuing` signs below it."""

    trusted: Authority
    issuing: Authority


Identity = Callable[[Authorities, Sequence[str]], Issued]
"""Makes the certificate that a host presents for its names."""
Limit = Callable[[ssl.SSLContext], None]
"""Narrows what a host's TLS can do."""


@dataclass(slots=True, kw_only=True)
class Scene:
    """What bends may use besides the request: a memory of their own, and the world's measures.

    `known` is all that there is to know, whatever the host sees of it. `slow_seconds` is how late a late first byte is, `slow_rate` how many bytes per second a slow
    body has.
    """

    known: Known
    random: random.Random
    slow_seconds: float
    slow_rate: float
    _counts: Counter[object] = field(default_factory=Counter)

    @property
    def catalogue(self) -> Catalogue:
        """Everything that is published."""
        return self.known.catalogue

    def count(self, key: object) -> int:
        """Count one more of `key`; the first is 1."""
        self._counts[key] += 1
        return self._counts[key]


Sight = Callable[[Known, Request, Scene], Known]
"""Turns what there is to know into what a host knows when it answers a request honestly."""
Bend = Callable[[Request, Reply, Scene], Reply]
"""Turns an honest reply into another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """One fault's part in how a host behaves; None leaves a layer as it is."""

    name: NameAnswer | None = None
    door: Door | None = None
    greeting: Greeting | None = None
    identity: Identity | None = None
    limit: Limit | None = None
    alpn: tuple[str, ...] | None = None
    sight: Sight | None = None
    bend: Bend | None = None


NOTHING_ELSE = Conduct()
MIRROR = "mirror"
"""Stands for every mirror among the hosts that a fault is made for."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that can be switched on for a host.

    `expects` is the cause code that a right monitor names as primary when this fault alone is on;
    None where the host stays healthy, however odd it looks.
    """

    name: str
    meaning: str
    expects: str | None
    here: Conduct = field(default=NOTHING_ELSE, kw_only=True)
    """At the host itself."""
    target: Conduct = field(default=NOTHING_ELSE, kw_only=True)
    """At the storage host that a mirror redirects to."""
    elsewhere: Mapping[str, Conduct] = field(default_factory=dict, kw_only=True, hash=False)
    """At other hosts of the world, by name, where there are such."""
    only: tuple[str, ...] = field(default=(), kw_only=True)
    """The hosts that it is made for, the usual one first; none: it suits every host."""
    edge: str | None = field(default=None, kw_only=True)
    """The one address at which `here` counts; None: everywhere."""
    plain: bool = field(default=False, kw_only=True)
    """Whether the host's URL is http."""
    settings: Mapping[str, object] = field(default_factory=dict, kw_only=True, hash=False)
    """What the mirror's configuration says besides."""
