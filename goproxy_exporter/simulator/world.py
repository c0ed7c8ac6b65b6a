"""A whole world of module mirrors on the loopback, honest until told otherwise."""

import random
import shutil
import tempfile
import time
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self, Unpack

from goproxy_exporter.errors import ConfigError, Problem
from goproxy_exporter.simulator.beginning import beginning
from goproxy_exporter.simulator.certificates import Authority
from goproxy_exporter.simulator.conduct import Authorities, Fault, Scene
from goproxy_exporter.simulator.configuration import Watched, configuration
from goproxy_exporter.simulator.crew import Crew
from goproxy_exporter.simulator.dns import Nameserver
from goproxy_exporter.simulator.faults import UnknownNameError
from goproxy_exporter.simulator.hosts import Hosts
from goproxy_exporter.simulator.journal import Entry, Journal
from goproxy_exporter.simulator.known import Known
from goproxy_exporter.simulator.modules import CATALOGUE, Release
from goproxy_exporter.simulator.plan import LOGIN, sites
from goproxy_exporter.simulator.settings import yaml_text
from goproxy_exporter.simulator.styles import STYLES
from goproxy_exporter.simulator.switchboard import Switchboard
from goproxy_exporter.simulator.terms import Terms


class World:
    """Mirrors, their storage hosts, a nameserver and an authority: ``async with World.open()``.

    A checksum database, a module index and vulnerability databases are there as `extensions`.
    Mirrors are called as in `STYLES`; a mirror ``x`` is x.sim.test for the world's nameserver,
    and has a port of its own at 127.0.0.1, 127.0.0.2 and ::1. Faults of names only show to
    clients that ask by name.
    """

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self.mirrors = tuple(terms.get("mirrors", STYLES))
        for name in self.mirrors:
            if name not in STYLES:
                raise UnknownNameError("host", name, STYLES)
        self._extensions = tuple(terms.get("extensions", ()))
        others = [host for extension in self._extensions for host in extension.hosts]
        self._switchboard = Switchboard(self.mirrors, others)
        for host, names in terms.get("faults", {}).items():
            self._switchboard.switch(host, names)
        self._known = beginning(
            terms.get("catalogue", CATALOGUE),
            terms.get("started", time.time()),
            forgotten=terms.get("forgotten", 0),
        )
        self._journal = Journal()

    @classmethod
    def open(cls, **terms: Unpack[Terms]) -> Self:
        """Prepare a world.

        Raises UnknownNameError for hosts and faults that do not exist, MisplacedFaultError for a
        fault that is made for another host.
        """
        return cls(terms)

    async def __aenter__(self) -> Self:
        """Start everything; raises ConfigError if the ports are taken."""
        self._crew, root = Crew(), Authority.create()
        self._hosts = Hosts(
            switchboard=self._switchboard,
            scene=self._scene,
            journal=self._journal,
            crew=self._crew,
            authorities=Authorities(root, root.subordinate()),
        )
        self._nameserver = Nameserver(self._hosts.told, self._crew)
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
    def known(self) -> Known:
        """Everything that is published by now, whatever faults let show of it."""
        return self._known

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
        return self._hosts.url(name, address)

    def switch(self, host: str, *faults: str) -> None:
        """Switch exactly these faults on for a mirror, or for a host of an extension.

        None: it is honest again. Raises UnknownNameError and MisplacedFaultError.
        """
        for name in self._switchboard.switch(host, faults):
            self._hosts.apply(name)

    def faults(self, host: str) -> tuple[Fault, ...]:
        """Give the faults that are on."""
        return self._switchboard.faults(host)

    def publish(self, release: Release, *, at: float | None = None) -> None:
        """Publish a release now, or as if it had been at a Unix time: everywhere at once.

        It is the last record of the checksum database, whose head changes. Faults decide what of
        it a mirror shows.
        """
        self._known = self._known.plus(release, time.time() if at is None else at)
        self._hosts.learn(self._known)

    def config_yaml(self, **more: object) -> str:
        """Write a configuration for the exporter; `more` are keys to add or to set otherwise."""
        slow = self._scene("")
        document = configuration(
            [
                Watched(name=name, url=self.url(name), faults=self.faults(name))
                for name in self.mirrors
            ],
            nameserver=self.nameserver,
            control=f"127.0.0.1:{self._hosts.port(LOGIN)}",
            ca_file=str(self.ca_file),
            slow_seconds=slow.slow_seconds,
            slow_rate=slow.slow_rate,
        )
        for extension in self._extensions:
            document |= extension.settings()
        return yaml_text(document | more)

    def _start(self) -> None:
        port = self._terms.get("port", 0)
        ports = count(port, step=1 if port else 0)
        try:
            for site in sites(self.mirrors, self._extensions):
                mounted = self._extensions if site.name in self.mirrors else ()
                self._hosts.start(site, next(ports), mounted)
            self._nameserver.start(next(ports))
        except OSError as error:
            message = f"cannot listen on every port from {port} on: {error.strerror}"
            raise ConfigError((Problem("", None, None, "port", message),)) from error
        for extension in self._extensions:
            extension.opened({name: self.url(name) for name in extension.hosts})

    def _scene(self, name: str) -> Scene:
        terms = self._terms
        return Scene(
            known=self._known,
            random=random.Random(f"{terms.get('seed', 0)}/{name}"),
            slow_seconds=terms.get("slow_seconds", 6.0),
            slow_rate=terms.get("slow_rate", 50_000.0),
        )

    async def _close(self) -> None:
        self._hosts.close()
        self._nameserver.close()
        try:
            await self._crew.dismiss()
        finally:
            if "directory" not in self._terms:
                shutil.rmtree(self._directory)
