"""Does everything serve under one roof, from sockets to a clean end?"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import uvloop

from goproxy_exporter.errors import ConfigError

Write = Callable[[str, str], Path]
Pki = Callable[[str], tuple[str, str]]

TLS = "tls_server_config: {cert_file: server.pem, key_file: server.key}\n"


def put(write: Write, pki: Pki, name: str) -> None:
    cert, key = pki(name)
    write("server.pem", cert)
    write("server.key", key)


def trusting(pki: Pki, *, client: str | None = None, tmp: Path | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=pki("ca")[0])
    if client is not None and tmp is not None:
        (tmp / "client.pem").write_text("".join(pki(client)))
        context.load_cert_chain(tmp / "client.pem")
    return context


def host_and_port(url: str) -> tuple[str, int]:
    host, _, port = url.rpartition("//")[2].rpartition(":")
    return host, int(port)


async def presented(url: str, pki: Pki) -> str:
    """Give the common name of the certificate that a new connection is shown."""
    host, port = host_and_port(url)
    _, writer = await asyncio.open_connection(host, port, ssl=trusting(pki))
    subject = dict(pair[0] for pair in writer.get_extra_info("peercert")["subject"])
    writer.close()
    await writer.wait_closed()
    name: str = subject["commonName"]
    return name


async def test_tls_is_served_with_the_files_certificate(
    open_site: Any, write: Write, pki: Pki
) -> None:
    """The URL says https, and plain HTTP gets nothing."""
    put(write, pki, "server")
    async with open_site(config_file=str(write("web.yml", TLS))) as visit:
        assert visit.url.startswith("https://127.0.0.1:")
        async with visit.client.get(visit.url + "/-/healthy", ssl=trusting(pki)) as response:
            assert response.status == 200
        with pytest.raises(aiohttp.ClientError):
            await visit.client.get(visit.url.replace("https", "http") + "/-/healthy")


async def test_a_renewed_certificate_is_used_without_a_restart(
    open_site: Any, write: Write, pki: Pki
) -> None:
    """New connections see it; those that are open go on."""
    put(write, pki, "server")
    async with open_site(config_file=str(write("web.yml", TLS))) as visit:
        url = visit.url
        async with visit.client.get(url + "/-/healthy", ssl=trusting(pki)) as response:
            await response.read()
        assert await presented(url, pki) == "server"
        put(write, pki, "renewed")
        await visit.site.refresh()
        assert await presented(url, pki) == "renewed"
        async with visit.client.get(url + "/-/healthy", ssl=trusting(pki)) as response:
            assert response.status == 200
        assert visit.url == url


async def test_a_bad_file_never_replaces_a_good_one(open_site: Any, write: Write, pki: Pki) -> None:
    """A certificate without its key, as it is half way through a renewal, changes nothing."""
    put(write, pki, "server")
    async with open_site(config_file=str(write("web.yml", TLS))) as visit:
        write("server.pem", pki("renewed")[0])
        with pytest.raises(ConfigError, match="KEY_VALUES_MISMATCH"):
            await visit.site.refresh()
        assert await presented(visit.url, pki) == "server"
        write("server.key", pki("renewed")[1])
        await visit.site.refresh()
        assert await presented(visit.url, pki) == "renewed"


async def test_two_looks_at_once_end_with_what_is_in_the_file(
    open_site: Any, write: Write, pki: Pki
) -> None:
    """A reload and the regular look do not overtake each other, and the end stops both."""
    put(write, pki, "server")
    async with open_site(config_file=str(write("web.yml", TLS))) as visit:
        put(write, pki, "renewed")
        await asyncio.gather(*(visit.site.refresh() for _ in range(3)))
        assert await presented(visit.url, pki) == "renewed"
        put(write, pki, "server")
        door = visit.site._doors[0]
    await visit.site.refresh()
    assert door.socket.fileno() == -1
    assert not door._server.is_serving()


async def test_tls_can_come_and_go(open_site: Any, write: Write, pki: Pki) -> None:
    """On the same socket."""
    put(write, pki, "server")
    file = write("web.yml", "")
    async with open_site(config_file=str(file)) as visit:
        assert (await visit.get("/-/healthy"))[0] == 200
        port = host_and_port(visit.url)[1]
        write("web.yml", TLS)
        await visit.site.refresh()
        assert await presented(visit.url, pki) == "server"
        write("web.yml", "")
        await visit.site.refresh()
        assert visit.url == f"http://127.0.0.1:{port}"
        assert (await visit.get("/-/healthy"))[0] == 200


async def test_a_bad_file_at_the_start_is_an_error(open_site: Any, write: Write) -> None:
    """Better no server than one without the password."""
    with pytest.raises(ConfigError, match="unknown key"):
        async with open_site(config_file=str(write("web.yml", "basic_auth: {}\n"))):
            pass


async def test_clients_need_a_certificate_where_the_file_says_so(
    open_site: Any, write: Write, pki: Pki, tmp_path: Path
) -> None:
    """One of the CA, and with an allowed name."""
    put(write, pki, "server")
    write("ca.pem", pki("ca")[0])
    file = write(
        "web.yml",
        "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n"
        "  client_ca_file: ca.pem\n  client_auth_type: RequireAndVerifyClientCert\n"
        "  client_allowed_sans: [alice, bob]\n",
    )
    async with open_site(config_file=str(file)) as visit:
        url = visit.url + "/-/healthy"
        with pytest.raises(aiohttp.ClientError):
            await visit.client.get(url, ssl=trusting(pki))
        for name, expected in (("alice", 200), ("mallory", 403)):
            context = trusting(pki, client=name, tmp=tmp_path)
            async with visit.client.get(url, ssl=context) as response:
                assert response.status == expected, name


async def test_a_request_that_is_answered_when_the_end_comes_is_answered_whole(
    world: Any, open_site: Any
) -> None:
    """Nobody new is let in; nothing is cut off."""
    world.hold = asyncio.Event()
    async with open_site() as visit:
        url = visit.url
        asking = asyncio.create_task(visit.get("/probe?target=m"))
        await visit.schedule.asked.acquire()
        leaving = asyncio.create_task(visit.site.__aexit__(None, None, None))
        await asyncio.sleep(0)
        with pytest.raises(OSError, match=r"Connect|refused"):
            await asyncio.open_connection(*host_and_port(url))
        assert not leaving.done()
        world.hold.set()
        status, body, _ = await asking
        await leaving
    assert status == 200
    assert "goproxy_probe_duration_seconds" in body


async def test_a_large_answer_is_not_cut_by_the_end(world: Any, open_site: Any) -> None:
    """What is still in the buffers is seen off before the site is gone."""
    world.keep(*(f"mirror-{i}" for i in range(100)))
    world.fill()
    async with open_site() as visit:
        reader, writer = await asyncio.open_connection(*host_and_port(visit.url), limit=2**12)
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        leaving = asyncio.create_task(visit.site.__aexit__(None, None, None))
        await asyncio.sleep(0)
        body = await reader.readexactly(length)
        assert body.endswith(b"\n")
        assert await reader.read() == b""
        writer.close()
        await leaving
    assert length > 500_000


async def test_the_end_does_not_wait_for_ever(world: Any, open_site: Any) -> None:
    """After the grace a request that does not end is given up."""
    world.hold = asyncio.Event()
    async with open_site(grace=0.05) as visit:
        asking = asyncio.create_task(visit.get("/probe?target=m"))
        await visit.schedule.asked.acquire()
        await asyncio.wait_for(visit.site.__aexit__(None, None, None), 60)
        with pytest.raises(aiohttp.ClientError):
            await asking
        world.hold.set()


async def test_idle_connections_do_not_delay_the_end(open_site: Any) -> None:
    """A scraper keeps its connection open; that is no request."""
    async with open_site(grace=30.0) as visit:
        await visit.get("/-/healthy")
        idle = await asyncio.open_connection(*host_and_port(visit.url))
        await asyncio.wait_for(visit.site.__aexit__(None, None, None), 60)
        assert await idle[0].read() == b""
        idle[1].close()


async def test_who_sends_no_request_is_hung_up_on(open_site: Any) -> None:
    """A header that trickles in has its time, and no more."""
    async with open_site() as visit:
        visit.site._crowd.idle = 0.2
        reader, writer = await asyncio.open_connection(*host_and_port(visit.url))
        writer.write(b"GET /metrics HTTP/1.1\r\nX-Slow: ")
        assert await asyncio.wait_for(reader.read(), 60) == b""
        writer.close()


async def test_who_does_not_read_is_hung_up_on(world: Any, open_site: Any) -> None:
    """The answer does not stay in memory for as long as somebody likes."""
    world.keep(*(f"mirror-{i}" for i in range(100)))
    world.fill()
    async with open_site() as visit:
        visit.site._crowd.untaken = 0.1
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.setblocking(False)
            await asyncio.get_running_loop().sock_connect(sock, host_and_port(visit.url))
            loop = asyncio.get_running_loop()
            await loop.sock_sendall(sock, b"HEAD /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"200 OK" in await loop.sock_recv(sock, 4096)
            # Five large answers, one after the other, do not fit into the kernel's buffers.
            await loop.sock_sendall(sock, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 5)
            await asyncio.wait_for(visit.site._crowd.gone(), 60)


async def test_there_is_a_limit_to_connections(open_site: Any) -> None:
    """The next one is hung up on; when one leaves there is room again."""
    async with open_site() as visit:
        visit.site._crowd.most = 1
        first = await asyncio.open_connection(*host_and_port(visit.url))
        first[1].write(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200 OK" in await first[0].readuntil(b"\r\n\r\n")
        reader, writer = await asyncio.open_connection(*host_and_port(visit.url))
        assert await reader.read() == b""
        writer.close()
        first[1].close()
        await visit.site._crowd.gone()
        assert (await visit.get("/-/healthy"))[0] == 200


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Basic hunter2\x00\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
    ],
)
async def test_what_is_no_request_is_refused_quietly(
    open_site: Any, request_bytes: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """TLS on a plain port, bad bytes, endless headers: 400, and no password in the log."""
    async with open_site() as visit:
        reader, writer = await asyncio.open_connection(*host_and_port(visit.url))
        writer.write(request_bytes)
        answer = await asyncio.wait_for(reader.read(), 60)
        assert b" 400 " in answer.split(b"\r\n")[0]
        assert b"aiohttp" not in answer
        assert b"X-Content-Type-Options: nosniff\r\n" in answer
        writer.close()
    captured = capsys.readouterr()
    assert "hunter2" not in captured.out + captured.err
    assert "Traceback" not in captured.out + captured.err


async def test_a_large_body_is_not_read(open_site: Any) -> None:
    """The button needs none; what is sent anyway is not kept."""
    async with open_site() as visit:
        reader, writer = await asyncio.open_connection(*host_and_port(visit.url))
        writer.write(b"POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n")
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)
        assert b" 200 " in head
        rest = await asyncio.wait_for(reader.read(), 60)
        assert rest == b"reloaded\n"
        writer.close()


def test_everything_works_on_uvloop(open_site: Any, world: Any, write: Write, pki: Pki) -> None:
    """TLS, a change of certificates and a clean end."""
    put(write, pki, "server")
    world.fill()

    async def scene() -> tuple[str, str, int]:
        async with open_site(config_file=str(write("web.yml", TLS))) as visit:
            before = await presented(visit.url, pki)
            put(write, pki, "renewed")
            await visit.site.refresh()
            after = await presented(visit.url, pki)
            async with visit.client.get(visit.url + "/metrics", ssl=trusting(pki)) as response:
                return before, after, response.status

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(scene()) == ("server", "renewed", 200)
