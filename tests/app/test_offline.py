"""A link that is cut, between two network namespaces of the test's own."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from uplink import NAMES, PUBLIC, Uplink, uplink

from goproxy_exporter.config.beats import OF_MIRRORS
from goproxy_exporter.simulator.configuration import CANARIES

Start = Callable[..., Awaitable[Any]]

ONE, TWO, _ = PUBLIC
MIRRORS = ("one", "two", "named")


@pytest.fixture
def link() -> Iterator[Uplink]:
    """Two namespaces, removed in the end with all that is in them."""
    with uplink() as link:
        yield link


@pytest.fixture
async def far_side(link: Uplink) -> AsyncIterator[None]:
    """Mirrors and a nameserver at the other end."""
    process = await asyncio.create_subprocess_exec(*link.far_side, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), 60) == b"ready\n"
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


@pytest.mark.timeout(180)  # Two outages and one mirror that is gone, one after the other.
@pytest.mark.usefixtures("far_side")
async def test_who_is_cut_off_accuses_nobody(
    start: Start, link: Uplink, document: dict[str, Any]
) -> None:
    """No route, or silence: offline, mirrors unknown. One mirror alone that cannot be reached is."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        # The door stays in this namespace, so that the daemon behind the link can be asked.
        daemon = await start(document, door=door, prefix=link.inside)
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
        assert "offline" in seen.problems()
        assert not any(_own(seen, name) for name in MIRRORS)
        assert counted == (
            seen.like("goproxy_requests_total"),
            seen.like("goproxy_check_failures_total"),
        )
        mend()
        await daemon.until(_calm)
    # Told anew where silent runs last longer than the word of the one before: they do on this beat.
    told = len(daemon.events("prober.problem", problem="offline"))
    assert told >= 2

    link.unplug(ONE)
    seen = await daemon.until(
        lambda now: _own(now, "one") and {now.state(one) for one in ("two", "named")} == {"healthy"}
    )
    assert _own(seen, "one") == {"transport.unreachable"}
    assert seen.state("one") == "unusable"
    assert "offline" not in seen.problems()
    link.plug(ONE)
    await daemon.until(_calm)

    states = [(one["mirror"], one["state"]) for one in daemon.events("mirror.state_changed")]
    accused = [one for one in states if one[1] not in ("healthy", "unknown")]
    assert accused == [("one", "unusable")], daemon.log
    assert len(daemon.events("prober.problem", problem="offline")) == told, daemon.log


def _calm(seen: Any) -> bool:
    return not seen.problems() and all(seen.state(name) == "healthy" for name in MIRRORS)


def _own(seen: Any, name: str) -> set[str]:
    causes: set[str] = seen.causes(name) - {"transport.plaintext"}
    return causes


def _skips(seen: Any) -> float:
    return float(sum(seen.like("goproxy_checks_skipped_total", reason="offline").values()))
