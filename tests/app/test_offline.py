"""A link that is cut, between two network namespaces of the test's own."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from goproxy_exporter.config.beats import OF_MIRRORS
from goproxy_exporter.simulator.configuration import CANARIES

Start = Callable[..., Awaitable[Any]]

NEAR, GATE = "198.51.100.2", "198.51.100.1"
ONE, TWO, NAMES = "203.0.113.1", "203.0.113.2", "192.0.2.1"
"""Addresses for documentation (RFC 5737): public ones to the exporter, and nobody's."""
MIRRORS = ("one", "two", "named")


def ip(*arguments: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
    command = ["ip", *arguments]
    return subprocess.run(command, check=check, capture_output=True, text=True, timeout=10)


@dataclass(frozen=True)
class Link:
    """Two namespaces and the wire between them."""

    here: str
    there: str

    def build(self) -> None:
        ip("-n", self.here, "link", "set", "lo", "up")
        ip("-n", self.there, "link", "set", "lo", "up")
        ip(
            "-n",
            self.here,
            "link",
            "add",
            "up0",
            "type",
            "veth",
            "peer",
            "up1",
            "netns",
            self.there,
        )
        ip("-n", self.there, "addr", "add", f"{GATE}/24", "dev", "up1")
        ip("-n", self.there, "link", "set", "up1", "up")
        ip("-n", self.here, "addr", "add", f"{NEAR}/24", "dev", "up0")
        for address in (ONE, TWO, NAMES):
            ip("-n", self.there, "addr", "add", f"{address}/32", "dev", "lo")
        ip("netns", "exec", self.there, "sysctl", "-q", "-w", "net.ipv4.ip_forward=1")
        self.mend()

    def cut(self) -> None:
        """Pull the plug: no route leads anywhere."""
        ip("-n", self.here, "link", "set", "up0", "down")

    def mend(self) -> None:
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
        ip("-n", self.there, "route", "del", "unreachable", f"{address}/32")
        ip("-n", self.there, "addr", "add", f"{address}/32", "dev", "lo")


@pytest.fixture
def link() -> Iterator[Link]:
    """Two namespaces, removed in the end with all that is in them."""
    if shutil.which("ip") is None or shutil.which("sysctl") is None:
        pytest.skip("needs ip (iproute2) and sysctl (procps)")
    if os.geteuid() != 0:
        pytest.skip("needs root to make network namespaces")
    link = Link(f"goproxy-exporter-{os.getpid()}-a", f"goproxy-exporter-{os.getpid()}-b")
    try:
        for name in (link.here, link.there):
            made = ip("netns", "add", name, check=False)
            if made.returncode:
                pytest.skip(f"network namespaces are not permitted here: {made.stderr.strip()}")
        link.build()
        yield link
    finally:
        for name in (link.here, link.there):
            ip("netns", "del", name, check=False)


@pytest.fixture
async def far_side(link: Link) -> AsyncIterator[None]:
    """Mirrors and a nameserver at the other end."""
    script = str(Path(__file__).with_name("far_side.py"))
    process = await asyncio.create_subprocess_exec(
        *("ip", "netns", "exec", link.there, sys.executable, script, NAMES, ONE, TWO),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), 30) == b"ready\n"
    yield
    process.kill()
    await process.wait()


@pytest.fixture
def document() -> dict[str, Any]:
    """Three public mirrors, to the exporter; each the others' control."""
    every = {"enabled": True, "interval": "1s", "timeout": "1s"}
    checks = {**{str(name): {"enabled": False} for name in OF_MIRRORS}, "endpoints": every}
    hosts = {"one": ONE, "two": TWO, "named": "mirror.example"}
    return {
        "nameservers": [NAMES],
        "canaries": CANARIES,
        "checksum_database": "off",
        "module_index": "off",
        "reference": "off",
        "chains": [],
        "mirrors": [
            {
                "name": name,
                "url": f"http://{host}:8080",
                "accept": ["transport.plaintext"],
                "checks": dict(checks),
                "budget": {"requests_per_hour": 1_000_000},
            }
            for name, host in hosts.items()
        ],
    }


@pytest.mark.usefixtures("far_side")
async def test_who_is_cut_off_accuses_nobody(
    start: Start, link: Link, document: dict[str, Any]
) -> None:
    """No route, or silence: offline, mirrors unknown. One mirror alone that cannot be reached is."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        # The door stays in this namespace, so that the daemon behind the link can be asked.
        daemon = await start(document, door=door, prefix=("ip", "netns", "exec", link.here))
    await daemon.until(_calm)

    for cut, mend in (
        (link.cut, link.mend),
        (link.swallow, lambda: link.swallow(way="del")),
    ):
        cut()
        seen = await daemon.until(lambda now: "offline" in now.problems())
        seen = await daemon.until(lambda now: all(now.state(name) == "unknown" for name in MIRRORS))
        counted = seen.like("goproxy_requests_total"), seen.like("goproxy_check_failures_total")
        seen = await daemon.until(lambda now, seen=seen: _skips(now) >= _skips(seen) + 3)
        assert seen.problems() == {"offline"}
        assert not any(_own(seen, name) for name in MIRRORS)
        assert counted == (
            seen.like("goproxy_requests_total"),
            seen.like("goproxy_check_failures_total"),
        )
        mend()
        await daemon.until(_calm)

    link.unplug(ONE)
    seen = await daemon.until(lambda now: _own(now, "one"))
    assert _own(seen, "one") == {"transport.unreachable"}
    assert (seen.state("one"), seen.state("two"), seen.state("named")) == (
        "unusable",
        *["healthy"] * 2,
    )
    assert seen.problems() == set()
    link.plug(ONE)
    await daemon.until(_calm)

    states = [(one["mirror"], one["state"]) for one in daemon.events("mirror.state_changed")]
    accused = [one for one in states if one[1] not in ("healthy", "unknown")]
    assert accused == [("one", "unusable")], daemon.log
    assert len(daemon.events("prober.problem", problem="offline")) == 2


def _calm(seen: Any) -> bool:
    return not seen.problems() and all(seen.state(name) == "healthy" for name in MIRRORS)


def _own(seen: Any, name: str) -> set[str]:
    causes: set[str] = seen.causes(name) - {"transport.plaintext"}
    return causes


def _skips(seen: Any) -> float:
    return float(sum(seen.like("goproxy_checks_skipped_total", reason="offline").values()))
