"""Questions through a forward proxy: let through, refused, absent."""

import asyncio
import base64
import contextlib
from collections.abc import Callable
from typing import Any

import pytest

from goproxy_exporter.model.exchange import FailureKind as K
from goproxy_exporter.model.mirror import Access, Credentials, Secret
from goproxy_exporter.wire.wire import Wire

pytestmark = pytest.mark.timeout(20)

Make = Callable[..., Any]


def through(port: int, ca: Any = None, **settings: Any) -> Access:
    files = ca.access.ca_files if ca else ()
    return Access(ca_files=files, forward_proxy=f"http://proxy.test:{port}", **settings)


async def relay(peer: Any) -> None:
    """Be an honest proxy for CONNECT."""
    head = await peer.request()
    port = int(head.split()[1].rpartition(b":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await peer.send(b"HTTP/1.1 200 Connection established\r\nVia: proxy\r\n\r\n")

    async def pump(source: Any, sink: Any) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await source.read(65536):
                sink.write(data)
        sink.close()

    try:
        await asyncio.gather(pump(peer.reader, writer), pump(reader, peer.writer))
    finally:
        writer.close()


@pytest.mark.parametrize("alpn", ["h2", "http/1.1"])
async def test_https_goes_through_a_tunnel(  # noqa: PLR0917 - fixtures
    alpn: str,
    town: Any,
    wire: Wire,
    ask: Make,
    saying: Make,
    speaking2: Make,
    answer: Make,
    ca: Any,
) -> None:
    """CONNECT host:port, then TLS with the mirror itself; the proxy sees no request."""

    async def play(peer: Any) -> None:
        await peer.answer(await peer.request())
        await peer.events()

    script = speaking2(play) if alpn == "h2" else saying(answer())
    mirror = await town.open(script, tls=ca.server(alpn=(alpn,)))
    proxy = await town.open(relay)
    async with wire.session(through(proxy.port, ca)) as session:
        got: Any = await session.get(ask(mirror.url()))
    hop = got.exchange.last
    assert got.exchange.failure is None
    assert hop.tls.verified
    assert hop.tls.alpn == alpn
    assert hop.phases.connect > 0
    head = proxy.requests[0].decode()
    assert head.startswith(f"CONNECT mirror.test:{mirror.port} HTTP/1.1\r\n")
    assert f"Host: mirror.test:{mirror.port}\r\n" in head
    assert "Authorization" not in head


async def test_http_goes_in_absolute_form(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """The whole URL is the target, the Host header the mirror's."""
    proxy = await town.open(saying(answer()))
    secret = Credentials(username="me", password=Secret("inline", "pw"))
    access = through(proxy.port, forward_proxy_credentials=secret)
    async with wire.session(access) as session:
        got: Any = await session.get(ask("http://mirror.example:81/!x/@v/list"))
    assert got.exchange.status == 200
    head = proxy.requests[0].decode()
    assert head.startswith("GET http://mirror.example:81/!x/@v/list HTTP/1.1\r\n")
    assert "Host: mirror.example:81\r\n" in head
    word = base64.b64encode(b"me:pw").decode()
    assert f"Proxy-Authorization: Basic {word}\r\n" in head
    assert word not in repr(got)


@pytest.mark.parametrize(
    ("reply", "kind", "word"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", K.PROXY_REFUSED, "403"),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", K.PROXY_REFUSED, "502"),
        (b"HTTP/1.1 407 Auth\r\nProxy-Authenticate: Basic\r\n\r\n", K.PROXY_REFUSED, "407"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", K.PROXY_REFUSED, "204"),
        (b"", K.PROXY_UNREACHABLE, "CONNECT"),
        (b"what?\r\n\r\n", K.PROXY_UNREACHABLE, "not HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000, K.PROXY_UNREACHABLE, "header"),
    ],
)
async def test_a_proxy_that_does_not_let_us_through_is_to_blame(
    reply: bytes, kind: K, word: str, town: Any, wire: Wire, ask: Make, saying: Make
) -> None:
    """A refused CONNECT is the proxy's; the mirror is never accused of it."""
    proxy = await town.open(saying(reply, then="close"))
    async with wire.session(through(proxy.port)) as session:
        got: Any = await session.get(ask("https://mirror.test/"))
    assert got.exchange.failure.kind is kind
    assert word in got.exchange.failure.detail
    assert got.exchange.status is None
    assert got.exchange.last.host == "mirror.test"
    assert got.exchange.last.phases.tls is None


async def test_a_407_over_http_is_the_proxys_too(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """Only a forward proxy asks for proxy credentials."""
    proxy = await town.open(saying(answer(status="407 Proxy Authentication Required")))
    async with wire.session(through(proxy.port)) as session:
        got: Any = await session.get(ask("http://mirror.example/"))
    assert got.exchange.failure.kind is K.PROXY_REFUSED


@pytest.mark.parametrize(
    "value",
    ["http://proxy.test:1", "http://nowhere.invalid:3128", "socks5://proxy.test:1", "http://"],
)
async def test_a_proxy_that_is_not_there_is_to_blame(value: str, wire: Wire, ask: Make) -> None:
    """Refused, without address, or of a kind that is not spoken: the proxy's fault."""
    async with wire.session(Access(forward_proxy=value, nameservers=("127.0.0.1:9",))) as session:
        got: Any = await session.get(ask("https://mirror.test/"))
    assert got.exchange.failure.kind is K.PROXY_UNREACHABLE


async def test_tls_inside_the_tunnel_is_judged_as_ever(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make, ca: Any
) -> None:
    """A proxy that intercepts shows in the mirror's certificate."""
    mirror = await town.open(saying(answer()), tls=ca.server("other.test"))
    proxy = await town.open(relay)
    async with wire.session(through(proxy.port, ca)) as session:
        got: Any = await session.get(ask(mirror.url()))
    assert got.exchange.failure.kind is K.TLS_WRONG_HOST
    assert not mirror.requests


async def test_the_mirrors_credentials_pass_inside_the_tunnel_only(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make, ca: Any
) -> None:
    """The proxy sees neither them nor its own being sent on."""
    mirror = await town.open(saying(answer()), tls=ca.server())
    proxy = await town.open(relay)
    access = through(
        proxy.port,
        ca,
        credentials=Credentials(token=Secret("inline", "mirror-token")),
        forward_proxy_credentials=Credentials(username="u", password=Secret("inline", "p")),
    )
    async with wire.session(access) as session:
        got: Any = await session.get(ask(mirror.url()))
    assert got.exchange.failure is None
    assert b"Proxy-Authorization: Basic" in proxy.requests[0]
    assert b"mirror-token" not in proxy.requests[0]
    assert b"mirror-token" in mirror.requests[0]
    assert b"Proxy-Authorization" not in mirror.requests[0]
