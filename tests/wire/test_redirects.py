"""Redirects over real sockets: what is followed, what is told to whom."""

import ssl
from collections.abc import Callable
from typing import Any

import pytest

from goproxy_exporter.model.exchange import FailureKind as K
from goproxy_exporter.model.mirror import Access, Budget, ClientCertificate, Credentials, Secret
from goproxy_exporter.wire.allowance import Allowance
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.wire import Wire

pytestmark = pytest.mark.timeout(20)

Make = Callable[..., Any]
TOKEN = Credentials(token=Secret("inline", "s3cret-token"))


def to(location: str, status: int = 302, body: bytes = b"moved") -> bytes:
    head = f"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_every_hop_is_recorded(
    status: int, town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """Two hosts, two hops, each with status, address and phases of its own."""
    storage = await town.open(saying(answer(b"zip")), host="other.test")
    place = await town.open(saying(to(storage.url("/blob?sig=secret&x"), status)))
    async with wire.session(Access()) as session:
        got: Any = await session.get(ask(place.url()))
    first, second = got.exchange.hops
    assert (first.status, second.status, got.exchange.status) == (status, 200, 200)
    assert first.host == f"mirror.test:{place.port}"
    assert second.host == f"other.test:{storage.port}"
    assert second.phases.connect is not None
    assert got.body.data == b"zip"
    assert first.header("location") == storage.url("/blob?sig=…&…")
    assert "secret" not in repr(got.exchange)


async def test_a_hop_to_the_same_origin_reuses_its_connection(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """The small body of a redirect is drained, so that one connection serves both hops."""
    place = await town.open(saying(to("/there"), answer()))
    async with wire.session(Access()) as session:
        got: Any = await session.get(ask(place.url()))
    assert [hop.reused for hop in got.exchange.hops] == [False, True]
    assert got.exchange.last.phases.connect is None
    assert len(place.peers) == 1


@pytest.mark.parametrize("length", [5000, None])
async def test_a_long_body_of_a_redirect_is_not_waited_for(
    length: int | None, town: Any, wire: Wire, ask: Make, answer: Make
) -> None:
    """A redirect whose body is long or endless costs 2 KiB and a connection."""

    async def script(peer: Any) -> None:
        if b"/there" in await peer.request():
            await peer.send(answer())
            return
        framing = f"Content-Length: {length}" if length else "Transfer-Encoding: chunked"
        await peer.send(f"HTTP/1.1 302 F\r\nLocation: /there\r\n{framing}\r\n\r\n".encode())
        while not length and not peer.writer.is_closing():
            await peer.send(b"100\r\n" + bytes(256) + b"\r\n")
        await peer.hang()

    place = await town.open(script)
    async with wire.session(Access()) as session:
        got: Any = await session.get(ask(place.url()))
    assert got.exchange.failure is None
    assert got.exchange.hops[0].received < 4096
    assert len(place.peers) == 2


@pytest.mark.parametrize(("redirects", "works"), [(9, True), (10, False)])
async def test_nine_redirects_work_and_the_tenth_does_not(
    redirects: int, *, works: bool, town: Any, wire: Wire, ask: Make, answer: Make
) -> None:
    """As cmd/go: ten requests in one chain and no more."""

    async def script(peer: Any) -> None:
        while head := await peer.request():
            done = int(head.split(b"/")[1].split()[0])
            await peer.send(answer() if done == redirects else to(f"/{done + 1}"))

    place = await town.open(script)
    async with wire.session(Access()) as session:
        got: Any = await session.get(ask(place.url("/0")))
    assert len(place.requests) == 10
    assert len(got.exchange.hops) == 10
    if works:
        assert got.exchange.failure is None
    else:
        assert got.exchange.failure.kind is K.REDIRECT_LOOP
        assert got.exchange.status == 302


async def test_https_does_not_lead_to_http(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make, ca: Any
) -> None:
    """If the first URL was https, a hop over http is refused before it is made."""
    plain = await town.open(saying(answer()), host="other.test")
    place = await town.open(saying(to(plain.url())), tls=ca.server())
    async with wire.session(ca.access) as session:
        got: Any = await session.get(ask(place.url()))
    assert got.exchange.failure.kind is K.REDIRECT_INSECURE
    assert not plain.peers


async def test_http_may_lead_to_https(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make, ca: Any
) -> None:
    """The other way round is fine, and even back again."""
    last = await town.open(saying(answer()), host="other.test")
    middle = await town.open(saying(to(last.url())), tls=ca.server())
    first = await town.open(saying(to(middle.url())))
    async with wire.session(ca.access) as session:
        got: Any = await session.get(ask(first.url()))
    assert got.exchange.failure is None
    assert [hop.tls is not None for hop in got.exchange.hops] == [False, True, False]


async def test_a_redirect_without_location_is_an_answer(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """net/http hands up a 301 that leads nowhere; so do we."""
    place = await town.open(saying(answer(b"gone", status="301 Moved")))
    async with wire.session(Access()) as session:
        got: Any = await session.get(ask(place.url()))
    assert got.exchange.failure is None
    assert (got.exchange.status, got.body.data) == (301, b"gone")


@pytest.mark.parametrize("location", ["/%zz", "ftp://other.test/", "http:///x", "http://a b/"])
async def test_a_location_that_is_no_url_is_a_failure(
    location: str, town: Any, wire: Wire, ask: Make, saying: Make
) -> None:
    """What url.Parse or the transport would refuse ends the chain."""
    place = await town.open(saying(to(location)))
    async with wire.session(Access()) as session:
        got: Any = await session.get(ask(place.url()))
    assert got.exchange.failure.kind is K.REDIRECT_INVALID
    assert got.exchange.status == 302


async def test_a_hop_that_fails_names_its_failure(
    town: Any, wire: Wire, ask: Make, saying: Make
) -> None:
    """The failure of the last hop is the exchange's."""
    place = await town.open(saying(to("http://other.test:1/")))
    async with wire.session(Access()) as session:
        got: Any = await session.get(ask(place.url()))
    assert got.exchange.failure.kind is K.CONNECT_REFUSED
    assert [hop.failure is None for hop in got.exchange.hops] == [True, False]


async def test_credentials_stay_with_their_origin(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make, ca: Any
) -> None:
    """Neither another host, nor the mirror after a detour, sees what only the mirror may see."""
    access = Access(
        ca_files=ca.access.ca_files,
        credentials=TOKEN,
        headers=(("X-Team", Secret("inline", "t3am-secret")),),
    )
    detour = to("https://mirror.test:{port}/back")

    async def elsewhere(peer: Any) -> None:
        await peer.request()
        await peer.send(detour.replace(b"{port}", b"%d" % place.port))
        await peer.hang()

    other = await town.open(elsewhere, host="other.test", tls=ca.server("other.test"))
    script = saying(to("/same"), to(other.url()), answer())
    seen = saying(answer())
    place = await town.open(_by_path(script, seen), tls=ca.server())
    async with wire.session(access) as session:
        got: Any = await session.get(ask(place.url()))
    assert got.exchange.failure is None
    assert [hop.status for hop in got.exchange.hops] == [302, 302, 302, 200]
    first, second, back = place.requests
    for request in (first, second):
        assert b"Authorization: Bearer s3cret-token\r\n" in request
        assert b"X-Team: t3am-secret\r\n" in request
    for request in (back, *other.requests):
        assert b"s3cret" not in request
        assert b"t3am" not in request
    assert "s3cret" not in repr(got)


def _by_path(first: Any, later: Any) -> Any:
    """Let the first connection play one script, the others another."""
    scripts = [first]

    async def script(peer: Any) -> None:
        await (scripts.pop() if scripts else later)(peer)

    return script


async def test_credentials_are_never_sent_in_the_clear(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """With a plain http URL nothing is sent at all, as `go` does."""
    place = await town.open(saying(answer()))
    for access in (Access(credentials=TOKEN), Access(headers=(("X", Secret("inline", "y")),))):
        async with wire.session(access) as session:
            got: Any = await session.get(ask(place.url()))
        assert got.exchange.failure.kind is K.INSECURE_CREDENTIALS
        assert got.exchange.last.failure == got.exchange.failure
    assert not place.peers


async def test_credentials_are_not_sent_to_whom_nobody_vouches_for(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make, ca: Any
) -> None:
    """An unverified peer gets no request, so no credentials either."""
    place = await town.open(saying(answer()), tls=ca.server())
    async with wire.session(Access(credentials=TOKEN)) as session:
        got: Any = await session.get(ask(place.url()))
    assert got.exchange.failure.kind is K.TLS_UNTRUSTED
    assert not place.requests
    tls = got.exchange.last.tls
    assert not tls.verified
    assert tls.chain[0].names == ("mirror.test",)


async def test_a_peer_that_echoes_our_secrets_does_not_get_them_shown(
    town: Any, wire: Wire, ask: Make, answer: Make, ca: Any
) -> None:
    """Excerpt and headers are veiled."""

    async def echo(peer: Any) -> None:
        head = await peer.request()
        line = next(one for one in head.decode().split("\r\n") if "Bearer" in one)
        await peer.send(answer(head, f"X-Echo: {line}", "Content-Type: text/plain"))

    place = await town.open(echo, tls=ca.server())
    async with wire.session(Access(ca_files=ca.access.ca_files, credentials=TOKEN)) as session:
        got: Any = await session.get(ask(place.url()))
    assert got.exchange.status == 200
    assert "s3cret" not in repr(got.exchange)
    assert "<secret>" in got.exchange.excerpt


async def test_every_hop_is_charged(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """A redirected request costs two requests and the bytes of both bodies."""
    storage = await town.open(saying(answer(bytes(1000))), host="other.test")
    place = await town.open(saying(to(storage.url())))
    allowance = Allowance(Budget(requests_per_hour=100, bytes_per_hour=100_000), Clock())
    async with wire.session(Access(), allowance=allowance) as session:
        await session.get(ask(place.url()))
    requests, size = allowance.remaining()
    assert requests == 98
    assert 98_990 <= size <= 98_996


async def test_a_client_certificate_is_shown_to_the_mirror_alone(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make, ca: Any
) -> None:
    """Both hosts ask for a certificate; only the mirror gets one."""
    issued = ca.authority.issue(["client"], usages=("client",))
    cert, key = issued.write(ca.folder, "client")
    shown: dict[str, bool] = {}

    def watching(name: str, script: Any) -> Any:
        async def play(peer: Any) -> None:
            shown[name] = bool(peer.writer.get_extra_info("peercert"))
            await script(peer)

        return play

    def curious(*names: str) -> ssl.SSLContext:
        context: ssl.SSLContext = ca.server(*names)
        context.verify_mode = ssl.CERT_OPTIONAL
        context.load_verify_locations(ca.file)
        return context

    storage = await town.open(
        watching("other", saying(answer())), host="other.test", tls=curious("other.test")
    )
    place = await town.open(watching("mirror", saying(to(storage.url()))), tls=curious())
    access = Access(
        ca_files=ca.access.ca_files,
        client_cert=ClientCertificate(cert_file=str(cert), key_file=str(key)),
    )
    async with wire.session(access) as session:
        got: Any = await session.get(ask(place.url()))
    assert got.exchange.failure is None
    assert shown == {"mirror": True, "other": False}


async def test_what_a_redirect_names_is_not_kept_at_length(
    town: Any, wire: Wire, ask: Make, saying: Make
) -> None:
    """Hops are remembered and shown: a host of kilobytes is no name, and is cut."""
    place = await town.open(saying(to(f"http://{'a.' * 8000}test/")))
    async with wire.session(Access()) as session:
        got: Any = await session.get(ask(place.url()))
    assert got.exchange.last.failure is not None
    assert len(got.exchange.last.host) < 300
    assert len(repr(got.exchange)) < 5000
