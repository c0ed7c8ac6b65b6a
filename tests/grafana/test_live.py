"""Does every panel show something of the world that it was made for?

One simulated world, one exporter, one real Prometheus: first all is well, then much is wrong at once.
"""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from ports import free_port
from programs import needed

from goproxy_exporter.simulator.extensions import Database, whole
from goproxy_exporter.simulator.world import World

pytestmark = pytest.mark.timeout(400)

MIRRORS = ("goproxy", "athens", "artifactory", "static", "golang")
LATE = "goproxy"
"""It begins without the versions of the last days, and catches up: so versions arrive."""
WITHOUT_DATABASE = ("static", "golang")
"""They relay no checksum database, as proxies of their kind do not, and that is accepted of them."""
BEATS = {
    "endpoints": "3s",
    "zip": "4s",
    "large_zip": "6s",
    "edges": "4s",
    "checksum": "4s",
    "sumdb": "4s",
    "freshness": "3s",
    "encoding": "5s",
    "toolchain": "5s",
}
FAULTS = {
    "goproxy": ("tls.expiring", "freshness.list_stale"),
    "athens": ("transport.reset/request",),
    "artifactory": ("integrity.zip_hash_mismatch",),
    "static": ("http.429",),
}
"""What is switched on at once: of every board's kind, each at another mirror."""
ONLY_OF_TROUBLE = {
    ("goproxy-overview", "Causes over time"),
    ("goproxy-mirror", "Primary cause"),
    ("goproxy-mirror", "Requests without an answer"),
    ("goproxy-tls", "Current causes"),
    ("goproxy-integrity", "Causes over time"),
    ("goproxy-freshness", "Current causes"),
    ("goproxy-freshness", "Causes over time"),
    ("goproxy-exporter", "Checks skipped"),
}
"""Panels without a series while all is well; they say so in words."""
ALARMING = ("orange", "red", "purple")
OF_THE_MACHINE = {
    ("goproxy-exporter", "Problems of its own"),
    ("goproxy-exporter", "Problems over time"),
    ("goproxy-exporter", "Oldest evidence"),
    ("goproxy-exporter", "Age of evidence"),
    ("goproxy-exporter", "Lateness"),
    ("goproxy-tls", "Slowest handshake"),
    ("goproxy-mirror", "Throughput of a large archive"),
}
"""What they show depends on how busy this machine is, too."""
OF_LOAD = ("overload", "timeout")
"""Reasons of skipped checks and failed requests that a busy machine gives, too."""
ALWAYS_OF_TROUBLE = {
    ("goproxy-integrity", "Vulnerability databases"),
    ("goproxy-integrity", "Causes of databases over time"),
}
"""The copy of the vulnerability database is stale in both worlds."""
OF_WHAT_IS_ACCEPTED = {("goproxy-mirror", "Checks over time")}
"""A check that finds an accepted cause has found one."""
NEVER_CALM = OF_THE_MACHINE | ALWAYS_OF_TROUBLE | OF_WHAT_IS_ACCEPTED
RAISED = {
    ("goproxy-chains", "Broken chains"),
    ("goproxy-freshness", "Mirrors behind"),
    ("goproxy-integrity", "Dangerous causes"),
    ("goproxy-mirror", "State"),
    ("goproxy-overview", "States over time"),
    ("goproxy-overview", "Next certificate ends in"),
    ("goproxy-tls", "Ending within 14 days"),
}
"""Panels that the faults colour: the counts of what is wrong, and what a wall is looked at for."""
PATIENCE = 150.0
"""Seconds for all that is waited for, on a busy machine."""

Ask = Callable[[str], Awaitable[list[dict[str, Any]]]]


@pytest.fixture
def prometheus() -> str:
    return needed("prometheus")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    directory = tmp_path / "world"
    directory.mkdir()
    async with World.open(
        mirrors=MIRRORS,
        directory=directory,
        extensions=whole(Database()),
        faults={LATE: ("freshness.list_stale",), "vuln-mirror": ("vulndb.stale",)},
    ) as world:
        yield world


@pytest.fixture
async def ask(world: World, tmp_path: Path, prometheus: str) -> AsyncIterator[Ask]:
    """Ask a Prometheus that scrapes an exporter that watches the world: `ask(query)`."""
    config = tmp_path / "exporter.yml"
    config.write_text(yaml.safe_dump(_watching(world)))
    command = [sys.executable, "-m", "goproxy_exporter", "run", "--config.file", str(config)]
    command += ["--log.format", "json", "--web.listen-address", "127.0.0.1:0"]
    log = tmp_path / "exporter.log"
    async with _running(command, log):
        target = await _until(
            lambda: _found(r"http://(127\.0\.0\.1:\d+)", log), "the exporter's address"
        )
        port = free_port()
        async with (
            _running(_scraping(prometheus, target, port, tmp_path), tmp_path / "prometheus.log"),
            aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client,
        ):

            async def ask(query: str) -> list[dict[str, Any]]:
                async with client.get("/api/v1/query", params={"query": query}) as answer:
                    document = await answer.json()
                    assert document["status"] == "success", (query, document)
                    result = document["data"]["result"]
                    return [result] if document["data"]["resultType"] == "scalar" else result

            async def ready() -> bool:
                try:
                    # It listens, and says 503, before it can be asked.
                    async with client.get("/-/ready") as answer:
                        return answer.status == 200 and bool(await ask("up == 1"))
                except aiohttp.ClientConnectionError:
                    return False

            await _until(ready, "a first scrape")
            yield ask


async def test_every_query_has_data_in_its_world(
    ask: Ask, world: World, dashboards: list[Any]
) -> None:
    """All is well: each panel has data but those that tell of trouble, and nothing has its colours.

    In trouble those panels have data, too, and what counts trouble has its colour.
    """
    queries = [query for board in dashboards for query in board.queries]
    assert {_place(query) for query in queries} >= (ONLY_OF_TROUBLE | NEVER_CALM | RAISED)
    usual = [query for query in queries if _place(query) not in ONLY_OF_TROUBLE]
    telling = [query for query in queries if _place(query) in ONLY_OF_TROUBLE]

    await _until(
        lambda: _holds(ask, f'goproxy_freshness_lag_seconds{{mirror="{LATE}"}} > 0'),
        "lag of a mirror that is late",
    )
    world.switch(LATE)
    await _until(
        lambda: _holds(
            ask, f'count(goproxy_mirror_state{{state="healthy"}} == 1) == {len(MIRRORS)}'
        ),
        "state healthy of every mirror",
    )
    await _all_answered(ask, usual)
    await _all_calm(ask, queries)

    for host, faults in FAULTS.items():
        world.switch(host, *faults)
    await _all_answered(ask, telling)
    await _until(
        lambda: _all_alarm(ask, [query for query in queries if _place(query) in RAISED]),
        f"colour of trouble on each of {sorted(RAISED)}",
    )
    shown = await ask("goproxy_mirror_primary_cause_info")
    assert {row["metric"]["mirror"] for row in shown} <= FAULTS.keys()


async def _all_answered(ask: Ask, queries: list[Any]) -> None:
    """Wait until each query had an answer with a sample, one at a time or all at once."""
    missing = {str(query): query for query in queries}

    async def answered() -> bool:
        for name, query in list(missing.items()):
            if await ask(query.expr):
                del missing[name]
        return not missing

    await _until(answered, lambda: f"data for {sorted(missing)}")


async def _all_calm(ask: Ask, queries: list[Any]) -> None:
    """Wait until each query told of no trouble, one at a time or all at once."""
    alarmed = {str(query): query for query in queries if _place(query) not in NEVER_CALM}
    last: dict[str, list[str]] = {}

    async def calm() -> bool:
        for name, query in list(alarmed.items()):
            last[name] = await _alarms(ask, query)
            if not last[name]:
                del alarmed[name]
        return not alarmed

    await _until(calm, lambda: f"end of {[last[name] for name in alarmed]}")


async def _all_alarm(ask: Ask, queries: list[Any]) -> bool:
    """Tell whether each panel has a colour of trouble."""
    raised = {_place(query) for query in queries if await _alarms(ask, query)}
    return raised == {_place(query) for query in queries}


async def _alarms(ask: Ask, query: Any) -> list[str]:
    """Give the series of a query that tell of trouble: by colour, or by being there at all."""
    rows = await ask(query.expr)
    if _place(query) in ONLY_OF_TROUBLE:
        rows = [row for row in rows if row["metric"].get("reason") not in OF_LOAD]
    else:
        rows = [row for row in rows if query.colour(float(_value(row))) in ALARMING]
    return [f"{query}: {row}" for row in rows]


def _value(row: Any) -> str:
    return str(row["value"][1] if isinstance(row, dict) else row[1])


def _place(query: Any) -> tuple[str, str]:
    return query.board, query.panel


async def _holds(ask: Ask, condition: str) -> bool:
    return bool(await ask(condition))


async def _found(pattern: str, log: Path) -> str | None:
    found = re.search(pattern, await asyncio.to_thread(log.read_text))
    return found and found[1]


async def _until(look: Callable[[], Awaitable[Any]], what: str | Callable[[], str]) -> Any:
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    while not (seen := await look()):
        words = what if isinstance(what, str) else what()
        assert loop.time() < end, f"in {PATIENCE:g} s there was no {words}"
        await asyncio.sleep(0.25)
    return seen


@asynccontextmanager
async def _running(command: list[str], log: Path) -> AsyncIterator[None]:
    """Run a program for the block, its output in a file."""
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=out, env=os.environ
        )
    try:
        yield
    finally:
        assert process.returncode is None, await asyncio.to_thread(log.read_text)
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 60)


def _watching(world: World) -> dict[str, Any]:
    """Write the configuration of an exporter that is quick about everything."""
    document: dict[str, Any] = yaml.safe_load(world.config_yaml())
    checks = {name: {"interval": interval} for name, interval in BEATS.items()}
    for mirror in document["mirrors"]:
        mirror["checks"] = {name: dict(beat) for name, beat in checks.items()}
        mirror["budget"] = {"requests_per_hour": 10_000_000, "bytes_per_hour": "100GB"}
        if mirror["name"] in WITHOUT_DATABASE:
            mirror["accept"] = ["sumdb.not_proxied"]
    document["defaults"] = {"timeout": "3s", "interval": "3s"}
    document["chains"] = [
        {"name": "strict", "goproxy": f"{world.url('athens')},{world.url('golang')}"},
        {"name": "patient", "goproxy": f"{world.url('athens')}|{world.url('golang')}"},
    ]
    return document


def _scraping(prometheus: str, target: str, port: int, room: Path) -> list[str]:
    config = room / "prometheus.yml"
    config.write_text(
        "global: {scrape_interval: 4s, scrape_timeout: 4s}\n"
        "scrape_configs:\n"
        f"  - {{job_name: goproxy, static_configs: [{{targets: ['{target}']}}]}}\n"
    )
    return [
        prometheus,
        f"--config.file={config}",
        f"--storage.tsdb.path={room / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
