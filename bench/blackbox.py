"""Drives prometheus-blackbox-exporter as Prometheus would: one GET of /probe for each probe."""

import asyncio
import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import aiohttp

CONFIG = """
modules:
  http_2xx:
    prober: http
    timeout: 10s
    http:
      preferred_ip_protocol: ip4
      valid_status_codes: [200, 404]
      tls_config: {{ca_file: {ca}}}
"""
PROCESSING = re.compile(r'^probe_http_duration_seconds{phase="processing"} (\S+)$', re.MULTILINE)


class Blackbox:
    """A running blackbox_exporter."""

    def __init__(self, pid: int, port: int) -> None:
        self.pid = pid
        self._base = f"http://127.0.0.1:{port}/probe?module=http_2xx&target="

    async def cold(self, url: str, rate: float, count: int) -> list[float | None]:
        """Probe at a rate; gives the processing phase of each probe, in seconds."""
        loop = asyncio.get_running_loop()
        async with aiohttp.ClientSession() as session:
            begin = loop.time()
            tasks = []
            for number in range(count):
                await asyncio.sleep(max(0.0, begin + number / rate - loop.time()))
                tasks.append(asyncio.create_task(self._one(session, url)))
            return [await task for task in tasks]

    async def _one(self, session: aiohttp.ClientSession, url: str) -> float | None:
        async with session.get(self._base + quote(url, safe="")) as answer:
            text = await answer.text()
        found = PROCESSING.search(text)
        return float(found[1]) if found and "\nprobe_success 1" in text else None


@contextmanager
def running(program: str, ca_file: Path) -> Iterator[Blackbox]:
    """Run a blackbox_exporter for the block."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        config = Path(folder) / "blackbox.yml"
        config.write_text(CONFIG.format(ca=ca_file))
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        probe.close()
        command = [program, f"--config.file={config}", f"--web.listen-address=127.0.0.1:{port}"]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            _wait(port)
            yield Blackbox(process.pid, port)
        finally:
            process.terminate()
            process.wait(timeout=10)


def _wait(port: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
