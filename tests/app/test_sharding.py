"""Two Prometheus servers share the mirrors of one configuration: deploy/prometheus/sharded.yaml."""

import re
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from ports import free_port
from programs import needed

Start = Callable[..., Awaitable[Any]]
Until = Callable[..., Awaitable[Any]]
Configure = Callable[..., dict[str, Any]]

SHIPPED = Path(__file__).parents[2] / "deploy" / "prometheus" / "sharded.yaml"
SHARDS = 2
MIRRORS = 8


def shard(number: int, exporter: str) -> str:
    """Give the shipped file as the operator of a shard writes it, with a faster beat.

    Only the lines that are marked are another's.
    """
    lines = []
    for line in SHIPPED.read_text(encoding="utf-8").splitlines():
        own = line
        if line.endswith("# shard"):
            own = line.replace("goproxy-exporter-0:10130", exporter)
            own = own.replace('"0"', f'"{number}"')
            assert own != line or not number, line
        lines.append(own)
    document = yaml.safe_load("\n".join(lines))
    assert "goproxy-exporter-0" not in str(document)
    document["global"] |= {"scrape_interval": "2s", "scrape_timeout": "2s"}
    document["scrape_configs"][0] |= {"scrape_interval": "3s", "scrape_timeout": "3s"}
    return str(yaml.safe_dump(document))


class Prometheus:
    """A server, and a client of its API."""

    def __init__(self, url: str, client: aiohttp.ClientSession) -> None:
        self._url = url
        self._client = client

    async def ask(self, path: str, **query: str) -> Any:
        """Give the data of an answer; None while it does not answer yet."""
        try:
            async with self._client.get(f"{self._url}/api/v1/{path}", params=query) as answer:
                return (await answer.json())["data"] if answer.status == 200 else None
        except aiohttp.ClientConnectionError:
            return None

    async def mirrors(self, query: str) -> set[str]:
        """Give the label `mirror`, else `instance`, of every series that a query finds."""
        found = await self.ask("query", query=query)
        series = found["result"] if found else []
        return {one["metric"].get("mirror", one["metric"].get("instance")) for one in series}


@pytest.fixture
async def prometheus(tmp_path: Path) -> AsyncIterator[Callable[[str, int], Prometheus]]:
    """Start servers on configurations; all end with the test."""
    program = needed("prometheus")
    processes: list[subprocess.Popen[bytes]] = []
    client = aiohttp.ClientSession()

    def start(config: str, port: int) -> Prometheus:
        folder = tmp_path / f"prometheus{port}"
        folder.mkdir()
        (folder / "prometheus.yaml").write_text(config)
        command = [program, f"--config.file={folder}/prometheus.yaml"]
        command += [f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}"]
        with (folder / "log").open("wb") as log:
            processes.append(subprocess.Popen(command, stdout=log, stderr=log))
        return Prometheus(f"http://127.0.0.1:{port}", client)

    yield start
    await client.close()
    for process in processes:
        process.terminate()
        process.wait(60)


@pytest.mark.timeout(180)
async def test_every_mirror_belongs_to_exactly_one_shard(
    start: Start,
    configure: Configure,
    until: Until,
    prometheus: Callable[[str, int], Prometheus],
) -> None:
    """Its gauges are at one server, with its counters; the other has neither."""
    # A result counts until the next one is in, also where a scrape does not wait for that.
    document = configure("goproxy", checks={"endpoints": "1m"})
    (mirror,) = document["mirrors"]
    names = {f"mirror-{number}" for number in range(MIRRORS)}
    document["mirrors"] = [{**mirror, "name": name} for name in sorted(names)]
    exporters = [await start(document, "--no-schedule") for _ in range(SHARDS)]

    servers = [
        prometheus(shard(number, exporter.url.removeprefix("http://")), free_port())
        for number, exporter in enumerate(exporters)
    ]

    async def all_are_seen() -> list[set[str]]:
        seen = [await server.mirrors("goproxy_probe_success == 1") for server in servers]
        return seen if set().union(*seen) == names else []

    seen = await until(all_are_seen, seconds=90.0, why="probe of every mirror")
    assert all(seen), "a shard without mirrors shares nothing"
    assert not set.intersection(*seen)

    for server, own in zip(servers, seen, strict=True):
        targets = (await server.ask("targets", state="active"))["activeTargets"]
        assert {one["labels"]["job"] for one in targets} == {"goproxy-exporter"}
        probed = {one["labels"]["instance"] for one in targets if "/probe" in one["scrapeUrl"]}
        assert probed == own
        # A scrape that fails makes all of its series stale, until the next one.
        for query in ("goproxy_mirror_state", "goproxy_requests_total > 0"):

            async def its_own(
                server: Prometheus = server, own: set[str] = own, query: str = query
            ) -> bool:
                return await server.mirrors(query) == own

            await until(its_own, seconds=90.0, why=f"{query} of its own mirrors alone")


def test_the_number_of_a_shard_is_in_no_other_line() -> None:
    """Whoever writes the file of another shard changes what is marked, and nothing else."""
    for line in SHIPPED.read_text(encoding="utf-8").splitlines():
        marked = line.endswith("# shard")
        assert marked == bool(re.search(r'exporter-0|"0"', line)), line
