"""Two network namespaces and the wire between them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from programs import needed

NEAR, GATE = "198.51.100.2", "198.51.100.1"
PUBLIC = ("203.0.113.1", "203.0.113.2", "203.0.113.3")
NAMES = "192.0.2.1"
"""Addresses for documentation (RFC 5737): public ones to the exporter, and nobody's."""


@dataclass(frozen=True)
class Uplink:
    """`here` is where the exporter is, `there` the rest of the world."""

    here: str
    there: str

    @property
    def inside(self) -> tuple[str, ...]:
        """What a command is run by to be `here`."""
        return ("ip", "netns", "exec", self.here)

    @property
    def far_side(self) -> tuple[str, ...]:
        """The command that serves `there`: a mirror at each public address, and the nameserver.

        It says ``ready`` once it does.
        """
        script = str(Path(__file__).with_name("far_side.py"))
        return ("ip", "netns", "exec", self.there, sys.executable, script, NAMES, *PUBLIC)

    def cut(self) -> None:
        """Pull the plug: no route leads anywhere."""
        ip("-n", self.here, "link", "set", "up0", "down")

    def mend(self) -> None:
        """Plug it in again."""
        ip("-n", self.here, "link", "set", "up0", "up")
        ip("-n", self.here, "route", "add", "default", "via", GATE)

    def swallow(self, *, way: str = "add") -> None:
        """Let everything that comes back vanish on its way; "del" ends that."""
        ip("-n", self.there, "route", way, "blackhole", f"{NEAR}/32")

    def unplug(self, address: str) -> None:
        """Take one address away from the far side: its router says that nothing is there."""
        ip("-n", self.there, "addr", "del", f"{address}/32", "dev", "lo")
        ip("-n", self.there, "route", "add", "unreachable", f"{address}/32")

    def plug(self, address: str) -> None:
        """Give it back."""
        ip("-n", self.there, "route", "del", "unreachable", f"{address}/32")
        ip("-n", self.there, "addr", "add", f"{address}/32", "dev", "lo")


def ip(*arguments: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
    command = ["ip", *arguments]
    return subprocess.run(command, check=check, capture_output=True, text=True, timeout=20)


@contextmanager
def uplink() -> Iterator[Uplink]:
    """Make both, and remove them in the end."""
    needed("ip")
    if os.geteuid() != 0:
        pytest.skip("needs root to make network namespaces")
    link = Uplink(f"goproxy-exporter-{os.getpid()}-a", f"goproxy-exporter-{os.getpid()}-b")
    try:
        for name in (link.here, link.there):
            made = ip("netns", "add", name, check=False)
            if made.returncode:
                pytest.skip(f"network namespaces are not permitted here: {made.stderr.strip()}")
        _build(link)
        yield link
    finally:
        for name in (link.here, link.there):
            ip("netns", "del", name, check=False)


def _build(link: Uplink) -> None:
    for name in (link.here, link.there):
        ip("-n", name, "link", "set", "lo", "up")
    pair = ("up0", "type", "veth", "peer", "up1", "netns", link.there)
    ip("-n", link.here, "link", "add", *pair)
    ip("-n", link.there, "addr", "add", f"{GATE}/24", "dev", "up1")
    ip("-n", link.there, "link", "set", "up1", "up")
    ip("-n", link.here, "addr", "add", f"{NEAR}/24", "dev", "up0")
    for address in (*PUBLIC, NAMES):
        ip("-n", link.there, "addr", "add", f"{address}/32", "dev", "lo")
    # A router says of an address that is gone that nothing is there; a host says nothing.
    forward = "echo 1 > /proc/sys/net/ipv4/ip_forward"
    ip("netns", "exec", link.there, "sh", "-c", forward)
    link.mend()
