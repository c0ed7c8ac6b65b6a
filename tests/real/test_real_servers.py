"""The daemon watches real module proxies that serve real modules, and Prometheus scrapes it."""

import asyncio
import json
import math
import os
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from jitter import jittery
from ports import free_port
from programs import needed

from goproxy_exporter.app.inspection import inspect
from goproxy_exporter.config.beats import OF_MIRRORS
from goproxy_exporter.config.defaults import LARGE_TIMEOUT
from goproxy_exporter.config.load import load
from goproxy_exporter.model.mirror import Budget
from goproxy_exporter.model.names import DEFAULT_INTERVALS, CheckName, State
from goproxy_exporter.model.result import Result
from goproxy_exporter.probes import PROBES
from goproxy_exporter.simulator.certificates import Authority

pytestmark = pytest.mark.timeout(300)

SMALL = (
    "github.com/BurntSushi/toml@v1.3.2",
    "golang.org/x/text@v0.14.0",
    "github.com/jtolds/gls@v4.20.0+incompatible",
)
PROXIES = 3
ROUNDS = -(-int(os.environ.get("GOPROXY_EXPORTER_ROUNDS", "6")) // PROXIES)
"""Of all checks of all proxies: as many rounds of one mirror, shared among them."""
JITTER = 0.1
"""Seconds that a piece of an answer takes longer, at most."""
QUOTE = "rsc.io/quote@v1.5.2"
"""Some upstreams have its version and refuse its list: only the module cache can be asked for it."""
LARGE = "github.com/aws/aws-sdk-go@v1.45.2"
CONFIG = """
vantage: loopback
tls: {{ca_file: {room}/ca.pem}}
reference: off
checksum_database: off
module_index: off
defaults: {{timeout: 20s}}
canaries:
  stable:
    - {{module: github.com/BurntSushi/toml, version: v1.3.2}}
    - {{module: golang.org/x/text, version: v0.14.0}}
    - {{module: github.com/jtolds/gls, version: v4.20.0+incompatible}}
  uppercase: {{module: github.com/BurntSushi/toml, version: v1.3.2}}
  incompatible: {{module: github.com/jtolds/gls, version: v4.20.0+incompatible}}
  large: {{module: github.com/aws/aws-sdk-go, version: v1.45.2}}
mirrors:
"""
MIRROR = """
  - name: {name}
    url: {url}
    checks:
      endpoints: {{interval: 20s}}
      zip: {{interval: 30s}}
      edges: {{interval: 20s}}
      large_zip: {{interval: 60s}}
      encoding: {{interval: 30s}}
      toolchain: {{interval: 30s}}
      freshness: {{interval: 30s}}
"""
CACHED = """
    canaries:
      stable:
        - {module: rsc.io/quote, version: v1.5.2}
        - {module: github.com/BurntSushi/toml, version: v1.3.2}
        - {module: golang.org/x/text, version: v0.14.0}
        - {module: github.com/jtolds/gls, version: v4.20.0+incompatible}
"""
NOT_IN_THIS_WORLD = frozenset(
    {
        # Nothing is accepted here.
        "goproxy_mirror_cause_accepted",
        # Nobody asked for these questions here: the checks that answer them are not enabled.
        "goproxy_freshness_lag_seconds",
        "goproxy_sumdb_tree_size",
        "goproxy_sumdb_reference_tree_size",
        "goproxy_chain_success",
        "goproxy_chain_fallback",
        "goproxy_chain_build_success_ratio",
        "goproxy_chain_hides_tampering",
        "goproxy_sumdb_state",
        "goproxy_sumdb_cause",
        "goproxy_vulndb_state",
        "goproxy_vulndb_cause",
        "goproxy_vulndb_lag_seconds",
        # Every mirror is healthy, so there is no primary cause.
        "goproxy_mirror_primary_cause_info",
    }
)


@dataclass(frozen=True, slots=True)
class Daemon:
    """A running exporter and the configuration that it follows."""

    url: str
    config: Path

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            body: bytes = answer.read()
            return body.decode()


@pytest.fixture(scope="module")
def config(room: Path, mirrors: list[Any], authority: Authority) -> Path:
    return written(room / "exporter.yml", room, {one.name: one.url for one in mirrors})


def written(path: Path, room: Path, urls: dict[str, str]) -> Path:
    """Write a configuration that watches these proxies."""
    lines = [
        MIRROR.format(name=name, url=url) + (CACHED if name == "nginx" else "")
        for name, url in urls.items()
    ]
    path.write_text(CONFIG.format(room=room) + "".join(lines))
    return path


@asynccontextmanager
async def uneven(mirrors: list[Any]) -> AsyncIterator[dict[str, str]]:
    """Give URLs that lead to the proxies with a latency that is never the same."""
    async with AsyncExitStack() as ways:
        urls = {}
        for seed, one in enumerate(mirrors):
            url = urllib.parse.urlsplit(one.url)
            way = jittery(str(url.hostname), int(url.port or 0), seconds=JITTER, seed=seed)
            port = await ways.enter_async_context(way)
            urls[one.name] = url._replace(netloc=f"{url.hostname}:{port}").geturl()
        yield urls


@pytest.fixture(scope="module")
def daemon(config: Path, room: Path) -> Iterator[Daemon]:
    command = [sys.executable, "-m", "goproxy_exporter", "run", "--log.format", "json"]
    command += ["--config.file", str(config), "--web.listen-address", "127.0.0.1:0"]
    log = room / "exporter.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        try:
            daemon = Daemon(_address(log), config)
            _until(lambda: _complete(daemon), seconds=150)
            yield daemon
        finally:
            process.terminate()
            begin = time.monotonic()
            assert process.wait(timeout=60) == 0
            # Its grace is a second; whoever waits for a large archive waits longer.
            assert time.monotonic() - begin < 5


def _address(log: Path) -> str:
    found: list[str] = []

    def started() -> bool:
        found[:] = re.findall(r"http://127\.0\.0\.1:\d+", log.read_text())
        return bool(found)

    _until(started, seconds=60)
    return found[0]


def _until(holds: Any, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)


def _complete(daemon: Daemon) -> bool:
    """Whether every check of every mirror has run once."""
    document = json.loads(daemon.get("/api/v1/mirrors"))
    asked = PROBES.keys() & set(OF_MIRRORS) - {CheckName.CHECKSUM, CheckName.SUMDB}
    return all(len(mirror["checks"]) == len(asked) for mirror in document["mirrors"])


def test_real_proxies_are_healthy(daemon: Daemon) -> None:
    """goproxy/goproxy, Athens and a static module cache serve real modules: nothing is accused."""
    document = json.loads(daemon.get("/api/v1/mirrors"))

    seen = {mirror["name"]: (mirror["state"], mirror["causes"]) for mirror in document["mirrors"]}

    assert {name: ("healthy", []) for name in ("goproxy", "athens", "nginx")} == seen


@pytest.mark.timeout(120 + 60 * ROUNDS)
async def test_real_proxies_are_healthy_round_after_round(
    room: Path, mirrors: list[Any], authority: Authority
) -> None:
    """No single run of any check holds anything against them, however unevenly they answer."""
    results: list[Result] = []
    async with uneven(mirrors) as urls:
        config = await asyncio.to_thread(written, room / "uneven.yml", room, urls)
        settings = await asyncio.to_thread(load, config, env={}, implemented=frozenset(PROBES))
        # Large archives would be most of what is moved, and are asked for by the daemon.
        often = frozenset(
            check for check in settings.checks if check.name is not CheckName.LARGE_ZIP
        )

        done = await inspect(
            replace(settings, checks=often), rounds=ROUNDS, deadline=None, tell=results.append
        )

    assert len(results) == ROUNDS * len(often)
    assert [finding for result in results for finding in result.findings] == []
    assert {each.verdict.state for each in done.report.mirrors} == {State.HEALTHY}


def test_every_module_is_served(daemon: Daemon) -> None:
    """Plain, upper-case and +incompatible modules, and a large one: each has .info, .mod or .zip."""
    document = json.loads(daemon.get("/api/v1/mirrors"))

    for mirror in document["mirrors"]:
        served = {
            (exchange["module"], exchange["endpoint"])
            for check in mirror["checks"]
            for exchange in check["exchanges"]
            if exchange["status"] == 200
        }
        small = (*SMALL, QUOTE) if mirror["name"] == "nginx" else SMALL
        wanted = {(module, what) for module in small for what in ("info", "mod", "zip")}
        assert wanted | {(LARGE, "large_zip")} <= served, mirror["name"]


def test_http2_is_spoken_where_it_is_offered(daemon: Daemon) -> None:
    """nginx offers h2 and gets it, in every run; the others are plain HTTP/1.1."""
    document = json.loads(daemon.get("/api/v1/mirrors"))

    protocols = {
        mirror["name"]: {
            exchange["protocol"]
            for check in mirror["checks"]
            for exchange in check["exchanges"]
            if exchange["status"] is not None
        }
        for mirror in document["mirrors"]
    }

    assert {"goproxy": {"HTTP/1.1"}, "athens": {"HTTP/1.1"}, "nginx": {"HTTP/2"}} == protocols


def test_an_hour_of_real_modules_is_within_the_budget(daemon: Daemon) -> None:
    """At the default beats, and with more canaries than the default ones, by requests and bytes."""
    document = json.loads(daemon.get("/api/v1/mirrors"))
    budget = Budget()

    for mirror in document["mirrors"]:
        requests = size = 0.0
        for check in mirror["checks"]:
            an_hour = 3600 / DEFAULT_INTERVALS[CheckName(check["check"])]
            requests += an_hour * len(check["exchanges"])
            size += an_hour * sum(exchange["bytes"] for exchange in check["exchanges"])
        assert 0 < requests < budget.requests_per_hour, mirror["name"]
        assert 0 < size < budget.bytes_per_hour, mirror["name"]


def test_exposition_satisfies_promtool(daemon: Daemon) -> None:
    """`promtool check metrics` has nothing to say."""
    promtool = needed("promtool")

    done = subprocess.run(
        [promtool, "check", "metrics"],
        input=daemon.get("/metrics"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_prometheus_scrapes_every_family_with_sane_values(daemon: Daemon, room: Path) -> None:
    """A real Prometheus gets every family that this world can have, and no impossible value."""
    prometheus = needed("prometheus")
    from goproxy_exporter.metrics.table import FAMILIES  # noqa: PLC0415 - after the skips

    with _scraping(prometheus, daemon, room) as query:
        wanted = {family.name for family in FAMILIES if family.name.startswith("goproxy_")}
        rows: list[dict[str, Any]] = []

        def complete() -> bool:
            """40 requests make a ratio: a second round has to end. A failed scrape shows nothing."""
            rows[:] = query('{__name__=~"goproxy_.+"}')
            odds = _of(rows, "goproxy_build_success_ratio", job="goproxy")
            return wanted - NOT_IN_THIS_WORLD <= _bases(rows) and len(odds) == 3

        _until(complete, seconds=150)
        assert wanted - NOT_IN_THIS_WORLD == _bases(rows) & wanted
        assert _bases(rows) <= wanted
        for row in rows:
            value = float(row["value"][1])
            assert math.isfinite(value), row
            assert value >= 0, row
        states = _of(rows, "goproxy_mirror_state", state="healthy")
        healthy = {row["metric"]["mirror"] for row in states if float(row["value"][1]) == 1}
        assert healthy == {"goproxy", "athens", "nginx"}
        ends = _of(rows, "goproxy_tls_not_after_timestamp_seconds", job="goproxy", mirror="nginx")
        left = [float(row["value"][1]) - time.time() for row in ends]
        assert [80 * 86400 < seconds < 91 * 86400 for seconds in left] == [True]
        odds = _of(rows, "goproxy_build_success_ratio")
        assert {float(row["value"][1]) for row in odds} == {1.0}
        speed = _of(rows, "goproxy_zip_throughput_bytes_per_second")
        assert [row for row in speed if float(row["value"][1]) <= 1e6] == []
        phases = _of(rows, "goproxy_request_phase_seconds")
        # Athens answers for the large archive when it has fetched it: that takes what it takes.
        assert [row for row in phases if float(row["value"][1]) >= _patience(row["metric"])] == []
        assert {"connect", "tls", "processing", "transfer"} <= {
            row["metric"]["phase"] for row in phases if row["metric"]["mirror"] == "nginx"
        }


def _bases(rows: list[dict[str, Any]]) -> set[str]:
    """Give the families that series belong to."""
    return {re.sub(r"_(bucket|count|sum)$", "", row["metric"]["__name__"]) for row in rows}


def _of(rows: list[dict[str, Any]], name: str, **labels: str) -> list[dict[str, Any]]:
    """Give the series of a name that have these labels, and maybe others."""
    wanted = {"__name__": name, **labels}.items()
    return [row for row in rows if wanted <= row["metric"].items()]


def _patience(labels: dict[str, str]) -> float:
    """Give what the configuration lets the request last, in seconds."""
    return LARGE_TIMEOUT if labels["endpoint"] == "large_zip" else 20.0


@pytest.fixture
def probe(config: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "goproxy_exporter", "probe", "--config.file", str(config)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_probe_explains_the_real_servers(probe: subprocess.CompletedProcess[str]) -> None:
    """One inspection of the same servers ends well and names each; it is what the README shows."""
    target = os.environ.get("GOPROXY_EXPORTER_SHOW_PROBE")
    if target:
        Path(target).write_text(probe.stdout)

    assert (probe.returncode, probe.stderr) == (0, "")
    assert "3 mirrors: 3 healthy" in probe.stdout


class _scraping:  # noqa: N801 - reads as a verb where it is used
    """A Prometheus that scrapes the daemon, for the block; gives a query function."""

    def __init__(self, prometheus: str, daemon: Daemon, room: Path) -> None:
        self._port = free_port()
        config = room / "prometheus.yml"
        target = daemon.url.removeprefix("http://")
        config.write_text(
            "global: {scrape_interval: 2s}\n"
            "scrape_configs:\n"
            f"  - {{job_name: goproxy, static_configs: [{{targets: ['{target}']}}]}}\n"
            "  - job_name: probe\n"
            "    metrics_path: /probe\n"
            "    params: {target: [nginx]}\n"
            f"    static_configs: [{{targets: ['{target}']}}]\n"
        )
        self._command = [
            prometheus,
            f"--config.file={config}",
            f"--storage.tsdb.path={room / 'tsdb'}",
            f"--web.listen-address=127.0.0.1:{self._port}",
        ]
        self._log = room / "prometheus.log"

    def __enter__(self) -> Any:
        with self._log.open("wb") as out:
            self._process = subprocess.Popen(self._command, stdout=out, stderr=out)
        _until(lambda: len(self._rows("up == 1")) == 2, seconds=60)
        return self._rows

    def __exit__(self, *exc: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=60)

    def _rows(self, query: str) -> list[dict[str, Any]]:
        encoded = urllib.parse.urlencode({"query": query})
        url = f"http://127.0.0.1:{self._port}/api/v1/query?{encoded}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                rows: list[dict[str, Any]] = json.load(answer)["data"]["result"]
                return rows
        except OSError:
            return []
