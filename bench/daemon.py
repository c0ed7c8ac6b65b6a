"""How the daemon itself fares: its start, a scrape of 10,000 series, and what bends a latency.

Every mirror is the same local server, which answers after 20 ms, so the measured processing phase
less 20 ms is what this process added.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

from process import peak_bytes

DELAY_MS = 20.0
STARTUP = 20.0
LOOKS = 20
"""Rounds of answers that are looked at under each disturbance."""
_NO_BYTE_CODE = "PYTHONDONTWRITEBYTECODE"
STRANGER = """
import time
while True:
    until = time.monotonic() + 0.13
    while time.monotonic() < until:
        pass
    time.sleep(0.1)
"""
"""Uses a core as a daemon does that is scraped all the time, and has nothing to do with it."""
RUNS = b"goproxy_check_runs_total{"
"""What every check of every mirror has one series of."""

HEAD = """
tls: {{ca_file: {ca}}}
reference: off
checksum_database: off
module_index: off
chains: []
canaries:
  stable: [{{module: github.com/josharian/intern, version: v1.0.0}}]
  large: {{module: example.com/large, version: v1.0.0}}
  uppercase: off
  incompatible: off
mirrors:
"""
MIRROR = """
  - name: m{number}
    url: {base}
    accept: [transport.plaintext]
    budget: {{requests_per_hour: 1000000, bytes_per_hour: 100GB}}
    checks:
      endpoints: {{interval: {interval}}}
      zip: {{enabled: {others}}}
      edges: {{enabled: {others}}}
      freshness: {{enabled: {others}}}
      large_zip: {{enabled: {large}, interval: 5s}}
      toolchain: {{enabled: false}}
"""


class Daemon:
    """A running exporter."""

    def __init__(self, process: "subprocess.Popen[bytes]", url: str, started: float) -> None:
        self.pid = process.pid
        self.url = url
        self.started = started

    def get(self, path: str, method: str = "GET") -> bytes:
        """Fetch a path."""
        request = urllib.request.Request(self.url + path, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            body: bytes = answer.read()
            return body

    def number(self, name: str) -> float:
        """Give the value of a series without labels."""
        found = re.search(rf"^{name} (\S+)$", self.get("/metrics").decode(), re.MULTILINE)
        assert found is not None
        return float(found[1])

    def errors(self) -> list[float]:
        """Give what was added to each answer of the last runs, in milliseconds."""
        document: dict[str, Any] = json.loads(self.get("/api/v1/mirrors"))
        return [
            exchange["phases"]["processing"] * 1e3 - DELAY_MS
            for mirror in document["mirrors"]
            for check in mirror["checks"]
            if check["check"] == "endpoints"
            for exchange in check["exchanges"]
        ]


def configuration(room: Path, base: str, *, mirrors: int, interval: str, large: int = 0) -> Path:
    """Write a configuration that watches one server under many names; gives its path."""
    path = room / f"daemon-{mirrors}.yml"
    parts = [
        MIRROR.format(
            number=number,
            base=base,
            interval=interval,
            others="true" if large == 0 else "false",
            large="true" if number < large else "false",
        )
        for number in range(mirrors)
    ]
    path.write_text(HEAD.format(ca=room / "ca.pem") + "".join(parts))
    return path


@contextmanager
def running(config: Path) -> Iterator[Daemon]:
    """Run the daemon for the block, from its first complete answer on."""
    started = time.monotonic()
    command = [sys.executable, "-m", "goproxy_exporter", "run", "--config.file", str(config)]
    command += ["--web.listen-address", "127.0.0.1:0", "--log.format", "json"]
    # As installed: modules are compiled once, not at every start.
    compiled = {name: value for name, value in os.environ.items() if name != _NO_BYTE_CODE}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, env=compiled)
    try:
        yield Daemon(process, _url(process), started)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _url(process: "subprocess.Popen[bytes]") -> str:
    assert process.stderr is not None
    for line in process.stderr:
        found = re.search(rb"http://127\.0\.0\.1:\d+", line)
        if found:
            Thread(target=process.stderr.read, daemon=True).start()
            return found[0].decode()
    raise RuntimeError("the daemon did not start")


def scrapes(room: Path, base: str) -> None:
    """Print the start, the time of a scrape and the longest stall at 10,000 series."""
    config = configuration(room, base, mirrors=40, interval="10s")
    with running(config):
        pass  # Compiles what was not compiled yet.
    with running(config) as daemon:
        first = daemon.get("/metrics")
        took = time.monotonic() - daemon.started
        time.sleep(STARTUP)
        quiet = daemon.number("goproxy_exporter_event_loop_lag_seconds")
        times, body = [], b""
        for _ in range(20):
            begin = time.monotonic()
            body = daemon.get("/metrics")
            times.append(time.monotonic() - begin)
            time.sleep(0.4)
        complete = first.count(RUNS) == body.count(RUNS)
        print(f"start to first complete /metrics: {took:.2f} s (complete: {complete})")
        series = sum(1 for line in body.splitlines() if not line.startswith(b"#"))
        lag = daemon.number("goproxy_exporter_event_loop_lag_seconds")
        print(
            f"scrape of {series} series: median {statistics.median(times) * 1e3:.0f} ms, "
            f"longest {max(times) * 1e3:.0f} ms; event loop late at worst {lag * 1e3:.1f} ms "
            f"while scraped, {quiet * 1e3:.1f} ms before; peak memory {peak_bytes(daemon.pid) / 1e6:.0f} MB"
        )


def bending(room: Path, base: str) -> None:
    """Print how scrapes, reloads and the check of a large zip bend what is measured meanwhile."""
    print("added to a 20 ms answer, ms             p50      p99")
    config = configuration(room, base, mirrors=10, interval="2s", large=0)
    with running(config) as daemon:
        time.sleep(STARTUP / 4)
        _row("quiet", daemon, lambda: None)
        with _stranger():
            _row("beside a stranger as busy", daemon, lambda: None)
        _row("scraped all the time", daemon, lambda: daemon.get("/metrics"))
        _row("reloaded all the time", daemon, lambda: _changed_reload(daemon, config))
    config = configuration(room, base, mirrors=10, interval="2s", large=2)
    with running(config) as daemon:
        time.sleep(STARTUP / 4)
        _row("two 30 MB zips every 5 s", daemon, lambda: None)


@contextmanager
def _stranger() -> Iterator[None]:
    with subprocess.Popen([sys.executable, "-c", STRANGER]) as process:
        yield
        process.terminate()


def _changed_reload(daemon: Daemon, config: Path) -> None:
    config.write_text(config.read_text() + "\n# changed\n")
    daemon.get("/-/reload", "POST")


def _row(name: str, daemon: Daemon, disturb: Callable[[], object]) -> None:
    stop = Event()

    def go() -> None:
        while not stop.wait(0.1):
            disturb()

    thread = Thread(target=go)
    thread.start()
    errors: list[float] = []
    for _ in range(LOOKS):
        time.sleep(2)
        errors += daemon.errors()
    stop.set()
    thread.join()
    ordered = sorted(errors)
    p99 = ordered[int(0.99 * len(ordered))]
    print(f"{name:32} {statistics.median(ordered):8.2f} {p99:8.2f}   n={len(ordered)}")
