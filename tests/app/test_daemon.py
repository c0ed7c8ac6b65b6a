"""The daemon from its start to its end."""

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from goproxy_exporter.simulator.modules import LARGE
from goproxy_exporter.simulator.world import World

Start = Callable[..., Awaitable[Any]]
Until = Callable[..., Awaitable[Any]]
Configure = Callable[..., dict[str, Any]]

QUICK = 2.0
"""Seconds in which the daemon ends, whatever is under way."""
BUSY = 3.0
"""Seconds on top that a crowded machine may take; a daemon that waits for a mirror takes more."""


async def test_the_first_scrape_is_complete_and_readiness_waits_for_results(
    start: Start, world: World, configure: Configure
) -> None:
    """All series of all mirrors are there at once, counters at 0; ready needs every mirror."""
    world.switch("athens", "transport.timeout/accept")
    daemon = await start(configure())

    first = await daemon.metrics()
    status, why = await daemon.get("/-/ready")
    assert (status, "athens" in why) == (503, True)
    assert first.mirrors == set(world.mirrors)
    assert {first.state(name) for name in world.mirrors} <= {"unknown", "healthy"}
    assert first.runs("athens") == 0
    assert len(first.like("goproxy_check_runs_total")) == len(world.mirrors)
    assert first.one("goproxy_exporter_config_last_reload_successful") == 1
    assert (await daemon.get("/-/healthy"))[0] == 200

    world.switch("athens")
    await daemon.until(lambda seen: all(seen.state(name) == "healthy" for name in world.mirrors))
    assert (await daemon.get("/-/ready")) == (200, "ready\n")
    assert daemon.log.count("mirror.state_changed") == len(world.mirrors), daemon.log


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_at_once_while_mirrors_hang_and_a_large_zip_arrives(
    start: Start,
    world: World,
    configure: Configure,
    until: Until,
    tmp_path: Path,
    number: int,
) -> None:
    """Exit code 0 within two seconds: answers are whole or not begun, and no file stays behind."""
    world.switch("athens", "transport.timeout")
    world.switch("goproxy", "transport.timeout/connect")
    world.switch("static", "perf.slow_throughput")
    (tmp_path / "scratch").mkdir()
    daemon = await start(
        configure(checks={"endpoints": "1m", "large_zip": "10m"}),
        env={"TMPDIR": str(tmp_path / "scratch")},
    )
    probes = [asyncio.create_task(daemon.get(f"/probe?target={name}")) for name in world.mirrors]
    _, half_a_request = await asyncio.open_connection("127.0.0.1", urlsplit(daemon.url).port)
    half_a_request.write(b"GET /metrics HTTP/1.1\r\nHost: x")

    async def under_way() -> bool:
        return any(LARGE[1] in one.path and one.mirror == "static" for one in world.requests)

    await until(under_way)

    code, took = await daemon.stop(number)

    half_a_request.close()
    assert (code, took < QUICK + BUSY) == (0, True), f"{took:.1f} s\n{daemon.log}"
    assert daemon.events("stopping")
    assert "Traceback" not in daemon.log
    assert list((tmp_path / "scratch").iterdir()) == []
    for answer in await asyncio.gather(*probes, return_exceptions=True):
        assert isinstance(answer, aiohttp.ClientError | tuple)


async def test_an_address_that_is_taken_is_named(start: Start, configure: Configure) -> None:
    """It cannot listen: exit code 1, and the address and the reason in one line."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        daemon = await start(configure(), "--web.listen-address", address, listening=False)
        code = await daemon.ended()

    (problem,) = daemon.events("web.cannot_listen")
    assert code == 1
    assert problem["error"] == f"cannot listen on {address}: Address already in use"
    assert len(daemon.lines) == 1


async def test_a_bad_configuration_is_told_in_full(start: Start, configure: Configure) -> None:
    """Exit code 2, every problem with its place, and nothing is asked of anybody."""
    document = configure("goproxy")
    document["mirrors"][0]["accept"] = ["integrity.zip_hash_mismatch"]
    document["mirrors"].append({"name": "ftp", "url": "ftp://mirror.example"})
    document["unheard_of"] = 1

    daemon = await start(document, listening=False)
    code = await daemon.ended()

    assert code == 2
    assert len(daemon.lines) == 3
    for line, words in zip(sorted(daemon.lines), ("accept", "url", "unheard_of"), strict=True):
        assert line.startswith(f"{daemon.config}:")
        assert words in line


@pytest.mark.parametrize("flag", ["--config.file", "--web.config.file"])
async def test_a_file_that_is_not_there_is_named(
    start: Start, configure: Configure, flag: str
) -> None:
    """Exit code 2 for whatever the operator has to mend."""
    daemon = await start(configure("goproxy"), flag, "/nonexistent.yml", listening=False)

    assert await daemon.ended() == 2
    assert "/nonexistent.yml" in daemon.log
    assert "Traceback" not in daemon.log


async def test_a_log_that_nobody_can_keep_stops_nothing(start: Start, configure: Configure) -> None:
    """The disk is full: lines are lost, mirrors are watched all the same."""
    daemon = await start(configure("goproxy"), mute=True)

    await daemon.until(lambda seen: seen.state("goproxy") == "healthy" and seen.runs("goproxy") > 2)
    assert (await daemon.get("/-/healthy"))[0] == 200
    assert (await daemon.stop())[0] == 0
