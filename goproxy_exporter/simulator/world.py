"""A whole world of module mirrors on the loopback, honest until told otherwise."""

import random
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict, Unpack

from goproxy_exporter.errors import ConfigError, Problem
from goproxy_exporter.simulator.certificates import Authority
from goproxy_exporter.simulator.conduct import Authorities, Fault, Scene
from goproxy_exporter.simulator.configuration import Watched, configuration
from goproxy_exporter.simulator.crew import Crew
from goproxy_exporter.simulator.desk import Desk
from goproxy_exporter.simulator.dns import NameAnswer, Nameserver
from goproxy_exporter.simulator.dns_message import Rcode
from goproxy_exporter.simulator.faults import UnknownNameError, known
from goproxy_exporter.simulator.journal import Entry, Journal
from goproxy_exporter.simulator.modules import CATALOGUE, Catalogue
from goproxy_exporter.simulator.plan import LOGIN, sites, storage_of
from goproxy_exporter.simulator.posture import Posture
from goproxy_exporter.simulator.server import Host
from goproxy_exporter.simulator.settings import yaml_text
from goproxy_exporter.simulator.site import DOMAIN, Extension, Site, host_like
from goproxy_exporter.simulator.styles import STYLES
from goproxy_exporter.simulator.wardrobe import Wardrobe

_LOCAL = ("127.0.0.1", "127.0.0.2", "::1", "localhost")


class Terms(TypedDict, total=False):
    """What a world is like; every key may be left out."""

    faults: Mapping[str, Sequence[str]]
    """Names of faults by mirror."""
    port: int
    """The first of consecutive ports; 0, the default: any that are free."""
    mirrors: Sequence[str]
    """Which there are; default all of `STYLES`."""
    extensions: Sequence[Extension]
    catalogue: Catalogue
    seed: int
    """Equal seeds make equal jitter."""
    slow_seconds: float
    """How late a late first byte is; 6 by default."""
    slow_rate: float
    """Bytes per second of a slow body; 50,000 by default."""
    directory: Path
    """Where files are written; default a temporary directory that goes with the world."""


class World:
    """Mirrors, their storage hosts, a nameserver and an authority: ``async with World.open()``.

    Mirrors are called as in `STYLES`; a mirror ``x`` is x.sim.test for the world's nameserver,
    and has a port of its own at 127.0.0.1, 127.0.0.2 and ::1. Faults of names only show to
    clients that ask by name.
    """

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self.mirrors = tuple(terms.get("mirrors", STYLES))
        for name in self.mirrors:
            _checked(name, STYLES)
        self._faults: dict[str, tuple[Fault, ...]] = dict.fromkeys(self.mirrors, ())
        for mirror, names in terms.get("faults", {}).items():
            _checked(mirror, self.mirrors)
            self._faults[mirror] = tuple(map(known, names))
        self._extensions = tuple(terms.get("extensions", ()))
        self._journal = Journal()
        self._hosts: dict[str, Host] = {}

    @classmethod
    def open(cls, **terms: Unpack[Terms]) -> Self:
        """Prepare a world; raises UnknownNameError for mirrors and faults that do not exist."""
        return cls(terms)

    async def __aenter__(self) -> Self:
        """Start everything; raises ConfigError if the ports are taken."""
        self._crew = Crew()
        self._nameserver = Nameserver(self._told, self._crew)
        root = Authority.create()
        self._authorities = Authorities(root, root.subordinate())
        self._directory = self._terms.get("directory") or Path(tempfile.mkdtemp())
        self.ca_file.write_bytes(root.pem)
        try:
            self._start()
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop everything; raises what went wrong in the simulator itself meanwhile."""
        await self._close()

    @property
    def ca_file(self) -> Path:
        """The PEM file of the authority to trust."""
        return self._directory / "ca.pem"

    @property
    def nameserver(self) -> str:
        """Where the nameserver listens: ``127.0.0.1:port``."""
        return self._nameserver.address

    @property
    def requests(self) -> list[Entry]:
        """What was asked of all hosts, oldest first, without secrets; old ones are dropped."""
        return self._journal.entries

    @property
    def names_asked(self) -> list[str]:
        """What the nameserver was asked last, at most ten thousand names, oldest first."""
        return list(self._nameserver.asked)

    def url(self, name: str, *, address: str | None = None) -> str:
        """Give the URL of a mirror or another host, by its name or by one of its addresses."""
        host = self._hosts[_checked(name, self._hosts)]
        like = address or host.desk.site.domain
        like = f"[{like}]" if ":" in like else like
        return self._base(host, like)

    def switch(self, mirror: str, *faults: str) -> None:
        """Switch exactly these faults on for a mirror; none: it is honest again."""
        _checked(mirror, self.mirrors)
        self._faults[mirror] = tuple(map(known, faults))
        self._apply(mirror)

    def faults(self, mirror: str) -> tuple[Fault, ...]:
        """Give the faults that are on."""
        return self._faults[_checked(mirror, self.mirrors)]

    def config_yaml(self, **more: object) -> str:
        """Write a configuration for the exporter; `more` are keys to add or to set otherwise."""
        slow = self._scene("")
        document = configuration(
            [
                Watched(name=name, url=self.url(name), faults=self._faults[name])
                for name in self.mirrors
            ],
            nameserver=self.nameserver,
            control=f"127.0.0.1:{self._hosts[LOGIN].port}",
            ca_file=str(self.ca_file),
            slow_seconds=slow.slow_seconds,
            slow_rate=slow.slow_rate,
        )
        for extension in self._extensions:
            document |= extension.settings(self.url(extension.host) if extension.host else "")
        return yaml_text(document | more)

    def _start(self) -> None:
        port = self._terms.get("port", 0)
        ports = count(port, step=1 if port else 0)
        try:
            for site in sites(self.mirrors, self._extensions):
                self._hosts[site.name] = self._host(site).start(next(ports))
            self._nameserver.start(next(ports))
        except OSError as error:
            message = f"cannot listen on every port from {port} on: {error.strerror}"
            raise ConfigError((Problem("", None, None, "port", message),)) from error
        for mirror in self.mirrors:
            self._apply(mirror)

    def _host(self, site: Site) -> Host:
        def links(asked: str) -> dict[str, str]:
            others = ((call, self._hosts[name]) for call, name in site.neighbours.items())
            return {
                call: self._base(one, host_like(asked, one.desk.site.domain))
                for call, one in others
            }

        mounted = self._extensions if site.name in self.mirrors else ()
        desk = Desk(site=site, links=links, journal=self._journal, extensions=mounted)
        wardrobe = Wardrobe(self._authorities, (site.domain, *_LOCAL))
        return Host(desk, wardrobe, self._crew, self._scene(site.name))

    def _base(self, host: Host, like: str) -> str:
        site = host.desk.site
        plain = site.plain or any(fault.plain for fault in self._faults.get(site.name, ()))
        return f"{'http' if plain else 'https'}://{like}:{host.port}{site.prefix}"

    def _scene(self, name: str) -> Scene:
        terms = self._terms
        return Scene(
            catalogue=terms.get("catalogue", CATALOGUE),
            random=random.Random(f"{terms.get('seed', 0)}/{name}"),
            slow_seconds=terms.get("slow_seconds", 6.0),
            slow_rate=terms.get("slow_rate", 50_000.0),
        )

    def _apply(self, mirror: str) -> None:
        faults, storage = self._faults[mirror], storage_of(mirror)
        here = Posture(tuple((fault.edge, fault.here) for fault in faults))
        there = Posture(tuple((None, fault.target) for fault in faults))
        self._hosts[mirror].switch(here, self._scene(mirror))
        self._hosts[storage].switch(there, self._scene(storage))

    def _told(self, name: str) -> NameAnswer | None:
        """Say what the nameserver says of a name."""
        label, _, domain = name.partition(".")
        if name != DOMAIN and not name.endswith(f".{DOMAIN}"):
            return None
        if domain != DOMAIN or label not in self._hosts:
            return NameAnswer(rcode=Rcode.NXDOMAIN)
        return self._hosts[label].named

    async def _close(self) -> None:
        for host in self._hosts.values():
            host.close()
        self._nameserver.close()
        try:
            await self._crew.dismiss()
        finally:
            if "directory" not in self._terms:
                shutil.rmtree(self._directory)


def _checked(name: str, names: Sequence[str] | Mapping[str, object]) -> str:
    if name not in names:
        raise UnknownNameError("host", name, names)
    return name
