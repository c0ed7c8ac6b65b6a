"""Which faults are on, and how does every host behave because of them?"""

from collections.abc import Iterator, Sequence

from goproxy_exporter.simulator.conduct import MIRROR, Conduct, Fault
from goproxy_exporter.simulator.faults import MisplacedFaultError, UnknownNameError, known
from goproxy_exporter.simulator.plan import storage_of
from goproxy_exporter.simulator.posture import Posture


class Switchboard:
    """The faults of mirrors and of extensions' hosts, by host."""

    def __init__(self, mirrors: Sequence[str], others: Sequence[str]) -> None:
        self._mirrors = mirrors
        self._on: dict[str, tuple[Fault, ...]] = dict.fromkeys((*mirrors, *others), ())

    def faults(self, host: str) -> tuple[Fault, ...]:
        """Give what is on for a host; raises UnknownNameError."""
        self._check(host)
        return self._on[host]

    def switch(self, host: str, names: Sequence[str]) -> frozenset[str]:
        """Switch exactly these faults on; gives every host that may behave otherwise now.

        Raises UnknownNameError, or MisplacedFaultError, and changes nothing then.
        """
        self._check(host)
        faults = tuple(map(known, names))
        for fault in faults:
            if fault.only and not self._suits(fault, host):
                raise MisplacedFaultError(fault, host)
        elsewhere = {name for fault in (*self._on[host], *faults) for name in fault.elsewhere}
        self._on[host] = faults
        storage = {storage_of(host)} if host in self._mirrors else set()
        return frozenset({host} | storage | elsewhere)

    def posture(self, host: str) -> Posture:
        """Tell how a host behaves: mirror, storage host or other."""
        return Posture(tuple(self._conducts(host)))

    def plain(self, host: str) -> bool:
        """Tell whether a fault makes a host's URL http."""
        return any(fault.plain for fault in self._on.get(host, ()))

    def _conducts(self, host: str) -> Iterator[tuple[str | None, Conduct]]:
        for fault in self._on.get(host, ()):
            yield fault.edge, fault.here
        for name, faults in self._on.items():
            for fault in faults:
                if name in self._mirrors and host == storage_of(name):
                    yield None, fault.target
                if host in fault.elsewhere:
                    yield None, fault.elsewhere[host]

    def _suits(self, fault: Fault, host: str) -> bool:
        return host in fault.only or (host in self._mirrors and MIRROR in fault.only)

    def _check(self, host: str) -> None:
        if host not in self._on:
            raise UnknownNameError("host", host, self._on)
