"""From what a mirror does to what an operator's Prometheus sees of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from goproxy_exporter.simulator.certificates import Authority
from goproxy_exporter.simulator.faults import FAULTS
from goproxy_exporter.simulator.world import World

Start = Callable[..., Awaitable[Any]]
Configure = Callable[..., dict[str, Any]]

EVERYTHING = {"endpoints": "1s", "zip": "1s", "edges": "1s"}
UNHURRIED = dict.fromkeys(EVERYTHING, "2s")
"""No answer may take longer than the interval, and the world has to answer on a busy machine."""
AT_ONCE = {
    "goproxy": "tls.expired",
    "athens": "http.5xx",
    "artifactory": "redirect.target_denied",
    "static": "semantics.notfound_is_error",
    "golang": "edge.inconsistent",
}
"""Mirrors and the faults that they have at the same time: of every stage, by every check."""


async def test_faults_come_and_go(start: Start, world: World, configure: Configure) -> None:
    """Each mirror shows its own cause, no other one, and leaves it after two clean runs."""
    daemon = await start(configure(checks=UNHURRIED))
    calm = await daemon.until(lambda seen: all(seen.state(name) == "healthy" for name in AT_ONCE))
    assert not any(calm.causes(name) or calm.primary(name) for name in AT_ONCE)

    for name, fault in AT_ONCE.items():
        world.switch(name, fault)
    shown: dict[str, Any] = {}
    while len(shown) < len(AT_ONCE):
        seen = await daemon.until(
            lambda now: any(now.primary(n) for n in AT_ONCE if n not in shown)
        )
        for name, fault in AT_ONCE.items():
            expected = FAULTS[fault].expects
            assert seen.causes(name) <= {expected}, f"{name} {seen.causes(name)}\n{daemon.log}"
            if seen.primary(name):
                assert (seen.primary(name), seen.causes(name)) == (expected, {expected})
                shown[name] = seen
    for name, seen in shown.items():
        unusable = name != "golang"
        assert seen.state(name) == ("unusable" if unusable else "degraded")
        usable = seen.one("goproxy_mirror_axis_success", mirror=name, axis="usable")
        assert usable == (0 if unusable else 1)
    assert seen.problems() == set()

    before = await daemon.metrics()
    for name in AT_ONCE:
        world.switch(name)
    left: set[str] = set()
    while left < AT_ONCE.keys():
        seen = await daemon.until(
            lambda now: any(not now.causes(n) for n in AT_ONCE if n not in left)
        )
        for name in AT_ONCE.keys() - left:
            if not seen.causes(name):
                left.add(name)
                assert _clean(before, seen, name) >= 2
                assert (seen.state(name), seen.primary(name)) == ("healthy", None)


def _clean(before: Any, seen: Any, name: str) -> float:
    """Count the clean runs since `before` of whichever check had found the fault."""

    def clean(scrape: Any, check: str) -> float:
        return float(scrape.runs(name, check) - scrape.failures(name, check))

    found = [check for check in EVERYTHING if before.failures(name, check)]
    return max(clean(seen, check) - clean(before, check) for check in found)


@pytest.fixture
async def hostile(tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    """A mirror that means ill, at many addresses; gives its URL and its authority."""
    replies = cycle(_malice())
    hosts = [f"127.0.0.{number}" for number in range(10, 24)]
    authority = Authority.create()
    context = authority.subordinate().issue(hosts).server_context(alpn=())
    (tmp_path / "hostile.pem").write_bytes(authority.pem)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(next(replies).replace(b"PORT", port))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, hosts[0], 0, ssl=context)
    number = server.sockets[0].getsockname()[1]
    port = str(number).encode()
    more = [await asyncio.start_server(serve, host, number, ssl=context) for host in hosts[1:]]
    async with server:
        yield {
            "url": f"https://127.0.0.10:{number}",
            "ca_file": str(tmp_path / "hostile.pem"),
        }
    for one in more:
        one.close()


def _malice() -> list[bytes]:
    """What a mirror may answer to make labels, pages and documents go wrong."""
    evil = b'"}\\ 1\n# HELP goproxy_mirror_state \x1b[31m<script>alert(1)</script>{{7*7}}&\xff\xe2\x80\xae'

    def reply(status: bytes, body: bytes = b"", *headers: bytes) -> bytes:
        lines = (b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers, b"", body)
        return b"\r\n".join(lines)

    line = evil.replace(b"\n", b" ").replace(b"\x1b", b"")
    there = [
        reply(b"302 Found", b"", b"Location: https://127.0.0.%d:PORT/x" % number)
        for number in range(11, 24)
    ]
    return [
        reply(
            b"200 " + line, evil, b"Content-Type: " + line, b"Date: " + line, b"Age: 9" + b"9" * 400
        ),
        *there[:7],
        reply(b"999 Odd", evil * 100),
        reply(b"302 Found", b"", b"Location: https://h" + line + b"/" + line),
        reply(b"404 Not Found", b"not found: " + evil),
        *there[7:],
        reply(b"503 Oh", evil, b"Retry-After: " + line),
        reply(
            b"200 OK",
            b'{"Version": "v1.0.0\\"}\\n# TYPE x \\u2028\\ud800", "Time": "' + evil + b'"}',
        ),
        reply(b"401 No", evil, b"WWW-Authenticate: Basic realm=" + line),
        b"\x00\x01\x02" + evil,
    ]


async def test_hostile_content_breaks_nothing(
    start: Start, configure: Configure, hostile: dict[str, str]
) -> None:
    """Exposition, JSON, page and log hold what they should, whatever a mirror sends."""
    name = 'we"ird\\ näme {x="y"} <b>'
    document = configure("goproxy", checks=EVERYTHING)
    mirror = {**document["mirrors"][0], "name": name, **hostile}
    document["mirrors"].append(mirror)
    daemon = await start(document, "--log.level", "debug")

    seen = await daemon.until(
        lambda seen: (
            sum(seen.runs(name, check) for check in EVERYTHING) >= 8
            and seen.state("goproxy") == "healthy"
        )
    )
    assert seen.mirrors == {"goproxy", name}
    assert 3 <= len(seen.like("goproxy_tls_verified", mirror=name)) <= 9
    codes = {dict(own)["code"] for own in seen.like("goproxy_responses_total", mirror=name)}
    assert all(code == "other" or (code.isdigit() and len(code) == 3) for code in codes)
    found = json.loads((await daemon.get("/api/v1/mirrors"))[1])
    assert [one["name"] for one in found["mirrors"]] == ["goproxy", name]
    for path in ("/", "/mirrors/" + quote(name)):
        status, page = await daemon.get(path)
        assert status == 200
        assert "<script" not in page
    assert daemon.events("check.finished", mirror=name)
    assert not daemon.events("check.broke")
    await daemon.stop()
    assert all(line.isprintable() for line in daemon.lines)
