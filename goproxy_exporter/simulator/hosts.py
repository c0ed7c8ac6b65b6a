"""Which hosts are up in a world, where is each, and what is its name good for?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from goproxy_exporter.simulator.conduct import Authorities, Scene
from goproxy_exporter.simulator.crew import Crew
from goproxy_exporter.simulator.desk import Desk
from goproxy_exporter.simulator.dns import NameAnswer
from goproxy_exporter.simulator.dns_message import Rcode
from goproxy_exporter.simulator.faults import UnknownNameError
from goproxy_exporter.simulator.journal import Journal
from goproxy_exporter.simulator.known import Known
from goproxy_exporter.simulator.server import Host
from goproxy_exporter.simulator.site import DOMAIN, Extension, Site, host_like
from goproxy_exporter.simulator.switchboard import Switchboard
from goproxy_exporter.simulator.wardrobe import Wardrobe

_LOCAL = ("127.0.0.1", "127.0.0.2", "::1", "localhost")


@dataclass(frozen=True, kw_only=True)
class Hosts:
    """Hosts by the names of their sites, in the postures that the switchboard tells."""

    switchboard: Switchboard
    scene: Callable[[str], Scene]
    """Makes a fresh scene for a host."""
    journal: Journal
    crew: Crew
    authorities: Authorities
    _up: dict[str, Host] = field(default_factory=dict)

    def start(self, site: Site, port: int, mounted: Sequence[Extension]) -> None:
        """Serve a site, and what is mounted below its URL; raises OSError if the port is taken."""

        def links(asked: str) -> dict[str, str]:
            others = ((call, self._up[name].desk.site) for call, name in site.neighbours.items())
            return {call: self._base(one, host_like(asked, one.domain)) for call, one in others}

        desk = Desk(site=site, links=links, journal=self.journal, extensions=mounted)
        wardrobe = Wardrobe(self.authorities, (site.domain, *_LOCAL))
        host = Host(desk, wardrobe, self.crew, self.scene(site.name))
        self._up[site.name] = host.start(port)
        self.apply(site.name)

    def apply(self, name: str) -> None:
        """Let a host, where there is such a one, behave as the switchboard tells by now."""
        if name in self._up:
            self._up[name].switch(self.switchboard.posture(name), self.scene(name))

    def learn(self, known: Known) -> None:
        """Let every host know this from now on."""
        for host in self._up.values():
            host.learn(known)

    def port(self, name: str) -> int:
        """Give a host's port; raises UnknownNameError."""
        if name not in self._up:
            raise UnknownNameError("host", name, self._up)
        return self._up[name].port

    def url(self, name: str, address: str | None) -> str:
        """Give a URL by the host's name or by one of its addresses; raises UnknownNameError."""
        self.port(name)
        site = self._up[name].desk.site
        like = address or site.domain
        return self._base(site, f"[{like}]" if ":" in like else like)

    def told(self, name: str) -> NameAnswer | None:
        """Say what the nameserver says of a name; None: that is not its affair."""
        label, _, domain = name.partition(".")
        if name != DOMAIN and not name.endswith(f".{DOMAIN}"):
            return None
        if domain != DOMAIN or label not in self._up:
            return NameAnswer(rcode=Rcode.NXDOMAIN)
        return self._up[label].named

    def close(self) -> None:
        """Stop listening everywhere."""
        for host in self._up.values():
            host.close()

    def _base(self, site: Site, like: str) -> str:
        plain = site.plain or self.switchboard.plain(site.name)
        scheme = "http" if plain else "https"
        return f"{scheme}://{like}:{self._up[site.name].port}{site.prefix}"
