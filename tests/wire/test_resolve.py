"""Names asked of a real nameserver on loopback that misbehaves on request."""

import asyncio
import contextlib
import socket
import struct
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import uvloop

from goproxy_exporter.model.exchange import Failure
from goproxy_exporter.model.exchange import FailureKind as K
from goproxy_exporter.wire.lookup import GRACE, TRIES
from goproxy_exporter.wire.resolve import Resolver

A, CNAME, AAAA = 1, 5, 28
WAIT = 10.0
"""Seconds for an answer that comes; each question has two before it is put anew."""
QUICK = 5.0
"""Seconds that nothing takes which does not wait for what never comes."""
Answer = tuple[str, ...] | Failure
Run = Callable[[Coroutine[Any, Any, None]], None]


def name_of(text: str) -> bytes:
    """Encode a domain name."""
    labels = [label.encode() for label in text.split(".") if label]
    return b"".join(bytes((len(label),)) + label for label in labels) + b"\0"


def record(name: str, kind: int, data: bytes) -> bytes:
    """Encode a resource record."""
    return name_of(name) + struct.pack(">HHIH", kind, 1, 60, len(data)) + data


def address(name: str, text: str) -> bytes:
    """Encode an A or AAAA record."""
    return record(name, AAAA if ":" in text else A, ip_address(text).packed)


class Rubbish(bytes):
    """What comes behind the number of a question, and is no answer."""


def links(name: str) -> list[bytes]:
    """Lead from one name to another, and there to an address."""
    steps = [record(name, CNAME, name_of("b.test")), record("b.test", CNAME, name_of("c.test"))]
    return [*steps, address("c.test", "127.0.0.3")]


Say = int | None | tuple[str, ...] | Rubbish | Callable[[str], list[bytes]]
MANY4 = tuple(f"127.0.1.{number}" for number in range(1, 40))
MANY6 = tuple(f"fd00::{number:x}" for number in range(1, 40))
NOTHING, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED, SILENCE = 0, 1, 2, 3, 4, 5, None
ZONE: dict[str, tuple[Say, Say]] = {
    "both": (("127.0.0.2",), ("::1",)),
    "four": (("127.0.0.2",), NOTHING),
    "six": (NOTHING, ("::1",)),
    "fail6": (("127.0.0.2",), SERVFAIL),
    "fail4": (SERVFAIL, ("::1",)),
    "nx6": (("127.0.0.2",), NXDOMAIN),
    "silent6": (("127.0.0.2",), SILENCE),
    "nodata": (NOTHING, NOTHING),
    "nx": (NXDOMAIN, NXDOMAIN),
    "servfail": (SERVFAIL, SERVFAIL),
    "refused": (REFUSED, REFUSED),
    "formerr": (FORMERR, FORMERR),
    "notimp": (NOTIMP, NOTIMP),
    "half-nodata": (NOTHING, SERVFAIL),
    "nx-and-fail": (NXDOMAIN, SERVFAIL),
    "silent": (SILENCE, SILENCE),
    "half-silent": (NOTHING, SILENCE),
    "rubbish1": (Rubbish(b"\x81\x80" + bytes(range(40))),) * 2,
    "rubbish2": (Rubbish(b"\x81\x80"),) * 2,
    "rubbish3": (Rubbish(b"\x81\x80" + b"\xff" * 20),) * 2,
    "chain": (links, NOTHING),
    "dangling": (lambda name: [record(name, CNAME, name_of("nowhere.test"))],) * 2,
    "many": (MANY4, MANY6),
    "many4": (MANY4, NOTHING),
    "cut": (("127.0.0.4",), NOTHING),
}
"""What is said to questions for A and for AAAA, by the first label of the name."""
TRUNCATED = 0x0200


class Nameserver(asyncio.DatagramProtocol):
    """Answers from a zone; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.zone = dict(ZONE)
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        reply = self.reply(data, tcp=False)
        if reply is not None and self.transport is not None:
            self.transport.sendto(reply, addr)

    async def stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, EOFError):
            size = struct.unpack(">H", await reader.readexactly(2))[0]
            reply = self.reply(await reader.readexactly(size), tcp=True) or b""
            writer.write(struct.pack(">H", len(reply)) + reply)
        writer.close()

    def reply(self, query: bytes, *, tcp: bool) -> bytes | None:
        labels, position = [], 12
        while query[position]:
            end = position + 1 + query[position]
            labels.append(query[position + 1 : end].decode().lower())
            position = end
        kind = struct.unpack(">H", query[position + 1 : position + 3])[0]
        name, question = ".".join(labels), query[12 : position + 5]
        self.asked.append((name, kind))
        found = self.zone.get(name, self.zone.get(labels[0], (NXDOMAIN, NXDOMAIN)))
        say = found[0 if kind == A else 1]
        if say is SILENCE:
            return None
        if isinstance(say, Rubbish):
            return query[:2] + say
        flags = TRUNCATED if labels[0] == "cut" and not tcp else 0
        records = self.records(name, say) if not flags else []
        code = say if isinstance(say, int) else 0
        header = query[:2] + struct.pack(">HHHHH", 0x8180 | flags | code, 1, len(records), 0, 0)
        return header + question + b"".join(records)

    def records(
        self, name: str, say: int | tuple[str, ...] | Callable[[str], list[bytes]]
    ) -> list[bytes]:
        if isinstance(say, int):
            return []
        return [address(name, one) for one in say] if isinstance(say, tuple) else say(name)


async def bound(host: str) -> tuple[asyncio.DatagramTransport, Nameserver, asyncio.Server]:
    """Bind one port for datagrams and streams; somebody else may have one half of it."""
    loop = asyncio.get_running_loop()
    for _ in range(50):
        transport, protocol = await loop.create_datagram_endpoint(Nameserver, local_addr=(host, 0))
        port = transport.get_extra_info("sockname")[1]
        try:
            return transport, protocol, await asyncio.start_server(protocol.stream, host, port)
        except OSError:
            transport.close()
    raise OSError("no port is free for both")


@contextlib.asynccontextmanager
async def nameserver(host: str = "127.0.0.1") -> AsyncIterator[tuple[str, Nameserver]]:
    """Open one; gives its address as a configuration has it."""
    transport, protocol, streams = await bound(host)
    port = transport.get_extra_info("sockname")[1]
    try:
        yield f"[{host}]:{port}" if ":" in host else f"{host}:{port}", protocol
    finally:
        streams.close()
        await streams.wait_closed()
        transport.close()


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the second family come as late as this machine makes it."""
    monkeypatch.setattr("goproxy_exporter.wire.lookup.GRACE", QUICK)


@pytest.fixture(params=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    """Both event loops, each with their own way to run a coroutine."""
    return asyncio.run if request.param == "asyncio" else uvloop.run


def open_things() -> tuple[int, int]:
    """Count the open files and the threads of this process."""
    return len(list(Path("/proc/self/fd").iterdir())), len(list(Path("/proc/self/task").iterdir()))


async def ask(host: str, *, family: int | None = None, timeout: float = WAIT) -> Answer:
    """Ask a fresh nameserver one question."""
    async with nameserver() as (server, _):
        return await Resolver(hosts="/none").resolve(
            host, family=family, nameservers=(server,), timeout=timeout
        )


def check(
    run: Run, host: str, expected: object, *, family: int | None = None, timeout: float = WAIT
) -> float:
    """Resolve, compare addresses or kind, give the seconds it took."""
    taken = 0.0

    async def main() -> None:
        nonlocal taken
        began = time.monotonic()
        found = await ask(host, family=family, timeout=timeout)
        taken = time.monotonic() - began
        assert (found.kind if isinstance(found, Failure) else found) == expected, found

    run(main())
    return taken


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize(
    ("label", "family", "expected"),
    [
        ("both", None, ("::1", "127.0.0.2")),
        ("both", 4, ("127.0.0.2",)),
        ("both", 6, ("::1",)),
        ("four", None, ("127.0.0.2",)),
        ("six", None, ("::1",)),
        ("four", 6, K.DNS_NXDOMAIN),
        ("fail6", None, ("127.0.0.2",)),
        ("fail4", None, ("::1",)),
        ("nx6", None, ("127.0.0.2",)),
        ("chain", None, ("127.0.0.3",)),
        ("dangling", None, K.DNS_NXDOMAIN),
        ("cut", 4, ("127.0.0.4",)),
        ("nx", None, K.DNS_NXDOMAIN),
        ("nodata", None, K.DNS_NXDOMAIN),
        ("servfail", None, K.DNS_FAILURE),
        ("refused", None, K.DNS_FAILURE),
        ("formerr", None, K.DNS_FAILURE),
        ("notimp", None, K.DNS_FAILURE),
        ("rubbish1", None, K.DNS_FAILURE),
        ("rubbish2", None, K.DNS_FAILURE),
        ("rubbish3", None, K.DNS_FAILURE),
        ("half-nodata", None, K.DNS_FAILURE),
        ("nx-and-fail", None, K.DNS_NXDOMAIN),
        ("silent", None, K.DNS_TIMEOUT),
        ("half-silent", None, K.DNS_TIMEOUT),
    ],
)
def test_every_way_to_answer(run: Run, label: str, family: int | None, expected: object) -> None:
    """Addresses where there are any; NXDOMAIN and NODATA, trouble, and silence told apart."""
    timeout = 0.5 if expected is K.DNS_TIMEOUT else WAIT
    assert check(run, f"{label}.test", expected, family=family, timeout=timeout) < QUICK


def test_one_silent_family_costs_no_more_than_the_grace(run: Run) -> None:
    """What answered is used, and the other family is waited for only a moment."""
    taken = check(run, "silent6.test", ("127.0.0.2",))
    assert GRACE * 0.9 < taken < QUICK


@pytest.mark.usefixtures("unhurried")
def test_sixteen_addresses_at_most_and_both_families(run: Run) -> None:
    """A host with a great many addresses keeps eight of each family, or sixteen of one."""

    async def main() -> None:
        found = await ask("many.test")
        assert not isinstance(found, Failure)
        assert sorted(map(len, (found, {one for one in found if ":" in one}))) == [8, 16]
        found = await ask("many4.test")
        assert found == tuple(f"127.0.1.{number}" for number in range(1, 17))

    run(main())


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.9", ("127.0.0.9",)),
        ("[::1]", ("::1",)),
        ("::1", ("::1",)),
        ("fe80::1%lo", ("fe80::1%lo",)),
        ("", K.DNS_NXDOMAIN),
        ("a..test", K.DNS_NXDOMAIN),
        ("a b.test", K.DNS_NXDOMAIN),
        ("bücher.test", K.DNS_NXDOMAIN),
        (f"{'a' * 64}.test", K.DNS_NXDOMAIN),
        (".".join(["a" * 60] * 5), K.DNS_NXDOMAIN),
        ("x\n.test", K.DNS_NXDOMAIN),
    ],
)
async def test_nobody_is_asked_what_needs_no_answer(host: str, expected: object) -> None:
    """Literals come back as they are, and what is no host name is never sent out."""
    async with nameserver() as (server, protocol):
        found = await Resolver(hosts="/none").resolve(
            host, family=None, nameservers=(server,), timeout=WAIT
        )
        assert (found.kind if isinstance(found, Failure) else found) == expected
        assert protocol.asked == []
        if isinstance(found, Failure):
            assert found.detail.isprintable()


async def test_a_literal_of_the_other_family_is_no_address() -> None:
    """With IPv4 alone wanted, an IPv6 literal has no address to offer."""
    found = await Resolver().resolve("[::1]", family=4, nameservers=(), timeout=WAIT)
    assert isinstance(found, Failure)
    assert found.kind is K.DNS_NXDOMAIN


@pytest.mark.usefixtures("unhurried")
async def test_the_hosts_file_goes_first_and_is_read_again(tmp_path: Path) -> None:
    """A name in the hosts file is never asked for, in any case; a changed file is noticed."""
    hosts = tmp_path / "hosts"
    hosts.write_text(
        "127.0.0.7 Mirror.test # comment\n127.0.0.8 mirror.test\n::1 six\nbad both.test\n"
    )
    resolver = Resolver(hosts=str(hosts))
    async with nameserver() as (server, protocol):

        async def resolve(host: str, family: int | None = None) -> Answer:
            return await resolver.resolve(host, family=family, nameservers=(server,), timeout=WAIT)

        assert await resolve("mirror.TEST.") == ("127.0.0.7", "127.0.0.8")
        assert isinstance(await resolve("six", 4), Failure)
        assert protocol.asked == []
        assert await resolve("both.test") == ("::1", "127.0.0.2")
        hosts.write_text("127.0.0.77 both.test\n")
        assert await resolve("both.test") == ("127.0.0.77",)
        hosts.unlink()
        assert await resolve("both.test", 4) == ("127.0.0.2",)


async def test_a_second_nameserver_answers_for_a_silent_one() -> None:
    """One silent nameserver of two costs time, not the answer; so does one that is not there."""
    async with nameserver() as (silent, deaf), nameserver() as (server, _):
        deaf.zone["both"] = (SILENCE, SILENCE)
        found = await Resolver(hosts="/none").resolve(
            "both.test", family=4, nameservers=(silent, server), timeout=WAIT
        )
        assert found == ("127.0.0.2",)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
            taken.bind(("127.0.0.1", 0))
            nobody = f"127.0.0.1:{taken.getsockname()[1]}"
        found = await Resolver(hosts="/none").resolve(
            "both.test", family=4, nameservers=(nobody, server), timeout=WAIT
        )
        assert found == ("127.0.0.2",)
        found = await Resolver(hosts="/none").resolve(
            "both.test", family=4, nameservers=(nobody,), timeout=WAIT
        )
        assert isinstance(found, Failure)
        assert found.kind is K.DNS_FAILURE
        assert nobody in found.detail


async def test_a_nameserver_with_an_ipv6_address() -> None:
    """Brackets and a port are understood."""
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        async with nameserver("::1") as (server, _):
            found = await Resolver(hosts="/none").resolve(
                "both.test", family=4, nameservers=(server,), timeout=WAIT
            )
    except OSError as error:
        pytest.skip(f"no IPv6 loopback here: {error}")
    assert found == ("127.0.0.2",)


async def test_what_is_no_nameserver_is_named() -> None:
    """A name where an address belongs is a failure that says so, not an exception."""
    found = await Resolver(hosts="/none").resolve(
        "both.test", family=None, nameservers=("dns.corp",), timeout=WAIT
    )
    assert isinstance(found, Failure)
    assert (found.kind, "dns.corp" in found.detail) == (K.DNS_FAILURE, True)


async def test_short_names_are_completed_with_the_systems_nameservers(tmp_path: Path) -> None:
    """The search list counts where the system's nameservers are asked, and only there."""
    resolv_conf = tmp_path / "resolv.conf"
    async with nameserver() as (server, protocol):
        protocol.zone["short.corp.test"] = (("127.0.0.5",), NOTHING)
        resolv_conf.write_text(f"search a.test corp.test\nnameserver {server}\noptions ndots:1\n")
        resolver = Resolver(hosts="/none", resolv_conf=str(resolv_conf))
        found = await resolver.resolve("short", family=4, nameservers=(), timeout=WAIT)
        assert found == ("127.0.0.5",)
        assert [name for name, _ in protocol.asked] == ["short.a.test", "short.corp.test"]
        protocol.asked.clear()
        found = await resolver.resolve("short", family=4, nameservers=(server,), timeout=WAIT)
        assert isinstance(found, Failure)
        assert [name for name, _ in protocol.asked] == ["short"]


async def test_every_lookup_is_cold_and_questions_are_bounded() -> None:
    """Nothing is remembered between lookups, and trouble is not asked for ever."""
    async with nameserver() as (server, protocol):
        resolver = Resolver(hosts="/none")
        for _ in range(3):
            await resolver.resolve("both.test", family=None, nameservers=(server,), timeout=WAIT)
        assert len(protocol.asked) == 6
        protocol.asked.clear()
        await resolver.resolve("servfail.test", family=4, nameservers=(server,), timeout=WAIT)
        assert 1 <= len(protocol.asked) <= TRIES
        protocol.asked.clear()
        await resolver.resolve("silent.test", family=4, nameservers=(server,), timeout=1)
        assert 1 <= len(protocol.asked) <= TRIES


def test_nothing_stays_open(run: Run) -> None:
    """Lookups that end well, fail, are given up or cancelled leave no file and no thread."""

    async def some(resolver: Resolver, server: str) -> None:
        labels = ("both", "nx", "servfail", "cut", "silent", "silent6") * 8
        lookups = [
            resolver.resolve(f"{label}.test", family=None, nameservers=(server,), timeout=0.25)
            for label in labels
        ]
        tasks = [asyncio.create_task(lookup) for lookup in lookups]
        await asyncio.sleep(0.02)
        for task in tasks[::3]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def main() -> None:
        async with nameserver() as (server, _):
            resolver = Resolver(hosts="/none")
            await some(resolver, server)
            before = open_things()
            await some(resolver, server)
            for _ in range(1500):
                if open_things() <= before:
                    break
                await asyncio.sleep(0.01)  # c-ares closes channels in a thread of its own
            assert open_things() <= before

    run(main())
