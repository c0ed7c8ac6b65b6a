"""A world starts whole, can be changed while it runs, and leaves nothing behind."""

import asyncio
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from goproxy_exporter.config.load import load
from goproxy_exporter.errors import ConfigError
from goproxy_exporter.model.names import CheckName
from goproxy_exporter.simulator.conduct import Scene
from goproxy_exporter.simulator.extensions import Database, whole
from goproxy_exporter.simulator.faults import FAULTS, UnknownNameError
from goproxy_exporter.simulator.known import Known
from goproxy_exporter.simulator.modules import CATALOGUE, LARGE, STABLE, Release
from goproxy_exporter.simulator.reply import Reply, text
from goproxy_exporter.simulator.request import Request
from goproxy_exporter.simulator.site import host_like
from goproxy_exporter.simulator.styles import STYLES
from goproxy_exporter.simulator.world import World

Ask = Callable[..., Coroutine[Any, Any, Any]]
Resolve = Callable[..., Awaitable[str]]
LOGIN = (("authorization", "Basic Y2k6c2ltdWxhdGVkLXBhc3N3b3Jk"),)


async def test_a_whole_world_answers_at_every_address(
    ask: Ask, resolve: Resolve, *, sixth: bool
) -> None:
    """Every mirror, by every address that its name has."""
    addresses = ["127.0.0.1", "127.0.0.2", *(["::1"] if sixth else [])]
    async with World.open() as world:
        assert world.mirrors == tuple(STYLES)
        for mirror in world.mirrors:
            known = [await resolve(world, f"{mirror}.sim.test", kind=kind) for kind in (1, 28)]
            assert " ".join(known).replace("NOERROR", "").split() == addresses
            for address in addresses:
                seen = await ask(world, "list", mirror=mirror, address=address, headers=LOGIN)
                assert (mirror, seen.short) == (mirror, "200 honest")


async def test_names_of_no_host_do_not_exist(resolve: Resolve) -> None:
    """Unknown names below sim.test are NXDOMAIN, those of the real world are refused."""
    async with World.open(mirrors=("goproxy",)) as world:
        assert await resolve(world, "athens.sim.test") == "NXDOMAIN"
        assert await resolve(world, "a.goproxy.sim.test") == "NXDOMAIN"
        assert await resolve(world, "proxy.golang.org") == "REFUSED"
        assert await resolve(world, "GOPROXY.sim.test", stream=True) == (
            "NOERROR 127.0.0.1 127.0.0.2"
        )
        assert world.names_asked[-1] == "goproxy.sim.test"


async def test_cut_answers_are_whole_over_tcp(resolve: Resolve) -> None:
    """As resolvers expect of a nameserver."""
    faults = {"goproxy": ("healthy/dns-tcp",)}
    async with World.open(faults=faults, mirrors=("goproxy",)) as world:
        assert await resolve(world, "goproxy.sim.test") == "cut"
        answer = await resolve(world, "goproxy.sim.test", stream=True)
        assert answer == "NOERROR 127.0.0.1 127.0.0.2"


async def test_faults_come_and_go_while_the_world_runs(ask: Ask, resolve: Resolve) -> None:
    """Each layer changes at once, for one mirror alone, and back again."""
    steps = [
        ("http.5xx", "500 text"),
        ("tls.expired", "certificate: certificate has expired"),
        ("transport.refused", "refused"),
        ("transport.reset", "reset"),
        ("transport.plaintext", "200 honest"),
        ("http2.unavailable", "200 honest"),
    ]
    async with World.open(mirrors=("goproxy", "athens")) as world:
        for fault, seen in steps:
            world.switch("goproxy", fault)
            assert world.faults("goproxy") == (FAULTS[fault],)
            assert (await ask(world, "list")).short == seen
            assert (await ask(world, "list", mirror="athens")).short == "200 honest"
            world.switch("goproxy")
            assert (await ask(world, "list")).short == "200 honest"
        world.switch("goproxy", "dns.nxdomain")
        assert await resolve(world, "goproxy.sim.test") == "NXDOMAIN"
        world.switch("goproxy", "transport.timeout/connect")
        assert (await ask(world, "list", connecting=0.2)).short == "no connection"
        world.switch("goproxy")
        assert (await ask(world, "list")).short == "200 honest"


async def test_faults_can_be_combined(ask: Ask) -> None:
    """Later bends see what earlier ones made."""
    faults = {"goproxy": ("http2.unavailable", "http.5xx/zip", "healthy/410")}
    async with World.open(faults=faults, mirrors=("goproxy",)) as world:
        seen = [await ask(world, path) for path in ("list", "zip", "missing")]
    assert [one.short for one in seen] == ["200 honest", "502 markup", "410 text"]
    assert {one.protocol for one in seen} == {"http/1.1"}


async def test_a_deep_change_ends_standing_connections() -> None:
    """Who is connected notices that the server is another one now."""
    async with World.open(mirrors=("goproxy",)) as world:
        context = ssl.create_default_context(cafile=world.ca_file)
        port = urlsplit(world.url("goproxy")).port
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=context, server_hostname="goproxy.sim.test"
        )
        world.switch("goproxy", "tls.expired")
        try:
            assert await reader.read() == b""
        except ConnectionResetError:
            pass
        finally:
            writer.transport.abort()


@pytest.mark.parametrize(
    ("terms", "name"),
    [
        ({"faults": {"goproxy": ("http.5xy",)}}, "http.5xy"),
        ({"faults": {"goprxy": ("http.5xx",)}}, "goprxy"),
        ({"mirrors": ("athena",)}, "athena"),
    ],
)
def test_unknown_names_are_refused_before_anything_starts(terms: dict[str, Any], name: str) -> None:
    """Mirrors and faults alike."""
    with pytest.raises(UnknownNameError, match=name):
        World.open(**terms)


async def test_unknown_names_are_refused_while_it_runs() -> None:
    """And the faults that are on stay on."""
    faults = {"goproxy": ("http.5xx",)}
    async with World.open(faults=faults, mirrors=("goproxy",)) as world:
        with pytest.raises(UnknownNameError, match=r"near it: http\.5xx"):
            world.switch("goproxy", "http.5x")
        with pytest.raises(UnknownNameError):
            world.url("athens")
        assert [fault.name for fault in world.faults("goproxy")] == ["http.5xx"]


async def test_requests_are_written_down_without_secrets(ask: Ask) -> None:
    """Who was asked what, over which protocol, at which address."""
    async with World.open(mirrors=("goproxy", "artifactory")) as world:
        await ask(world, "list", mirror="artifactory", headers=LOGIN, http2=False)
        link = (await ask(world, "large")).headers["location"]
        await ask(world, "/" + link.split("/", 3)[3], mirror="goproxy-cdn", address="127.0.0.1")
        first, second, third = world.requests
    assert (first.mirror, first.method, first.status) == ("artifactory", "GET", 200)
    assert (first.protocol, first.address) == ("HTTP/1.1", "127.0.0.1")
    assert first.path == f"/artifactory/api/go/go-virtual/{STABLE[0]}/@v/list"
    assert first.headers["authorization"] == "Basic *"
    assert (second.protocol, second.status) == ("HTTP/2", 302)
    assert (third.mirror, third.status) == ("goproxy-cdn", 200)
    assert third.path.startswith(f"/{LARGE[0]}/@v/{LARGE[1]}.zip?X-Amz-Algorithm=*&")
    assert "Signature=*" in third.path
    assert str(third).count("simulated-password") == 0


async def test_hosts_beside_the_mirrors_answer(ask: Ask) -> None:
    """A login page for whatever is asked, a public store over plain http, nothing outside a prefix."""
    async with World.open(mirrors=("artifactory", "athens")) as world:
        assert (await ask(world, "/anything", mirror="login")).short == "200 markup"
        assert (await ask(world, "zip", mirror="plain")).short == "200 honest"
        assert (await ask(world, "missing", mirror="plain")).short == "404 markup"
        assert world.url("plain").startswith("http://plain.sim.test:")
        assert (await ask(world, "/healthz", mirror="athens")).short == "200 empty"
        outside = world.url("artifactory", address="127.0.0.1").partition("/artifactory")[0]
        context = ssl.create_default_context(cafile=world.ca_file)
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", urlsplit(outside).port, ssl=context, server_hostname="127.0.0.1"
        )
        writer.write(b"GET /@v/list HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.transport.abort()
        assert answer.startswith(b"HTTP/1.1 404 ")


async def test_connections_are_kept_and_requests_may_queue() -> None:
    """Two requests sent at once over HTTP/1.1 are answered in order on the one connection."""
    async with World.open(mirrors=("goproxy",)) as world:
        context = ssl.create_default_context(cafile=world.ca_file)
        port = urlsplit(world.url("goproxy")).port
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=context, server_hostname="goproxy.sim.test"
        )
        first = b"GET /github.com/josharian/intern/@v/list HTTP/1.1\r\nHost: x\r\n\r\n"
        last = first.replace(b"/@v/list", b"/@latest").replace(
            b"x\r\n", b"x\r\nConnection: close\r\n"
        )
        writer.write(first + last)
        answer = await reader.read()
        writer.transport.abort()
    assert answer.count(b"HTTP/1.1 200 OK") == 2
    assert answer.index(b"v1.0.0\n") < answer.index(b'"Version":"v1.0.0"')


async def test_urls_follow_the_way_a_host_is_asked(ask: Ask) -> None:
    """Redirects lead to names for who asks by name, to addresses for who asks by address."""
    async with World.open(mirrors=("golang",)) as world:
        assert world.url("golang").startswith("https://golang.sim.test:")
        assert world.url("golang", address="::1").startswith("https://[::1]:")
        storage = world.url("golang-cdn", address="127.0.0.1")
        by_address = urlsplit(world.url("golang", address="127.0.0.1")).netloc
        seen = await ask(world, "large", mirror="golang")
        assert seen.headers["location"].startswith("https://golang-cdn.sim.test:")
        seen = await ask(world, "large", mirror="golang", authority=by_address)
        assert seen.headers["location"].startswith(f"{storage}/")


@pytest.mark.parametrize(
    ("asked", "host"),
    [
        ("x.sim.test:1", "d"),
        ("x.sim.test", "d"),
        ("127.0.0.2:1", "127.0.0.2"),
        ("127.0.0.2", "127.0.0.2"),
        ("[::1]:1", "[::1]"),
        ("[::1]", "[::1]"),
        ("localhost:1", "localhost"),
        ("localhost", "localhost"),
        ("", "d"),
    ],
)
def test_hosts_are_written_alike(asked: str, host: str) -> None:
    """By address only for who asked by address."""
    assert host_like(asked, "d") == host


@pytest.mark.parametrize("fault", [None, "http2.unavailable", "transport.plaintext"])
async def test_the_configuration_is_ready(fault: str | None, tmp_path: Path) -> None:
    """The exporter loads it and finds every mirror, authority, nameserver and reference."""
    faults = {"goproxy": (fault,)} if fault else {}
    async with World.open(faults=faults, slow_seconds=0.5) as world:
        path = tmp_path / "simulated.yml"
        path.write_text(world.config_yaml())
        settings = load(path, env={}, implemented=frozenset(CheckName))
        mirrors = {mirror.name: mirror for mirror in settings.mirrors}
        assert tuple(mirrors) == world.mirrors
        for name, mirror in mirrors.items():
            assert mirror.url == world.url(name)
            assert mirror.access.nameservers == (world.nameserver,)
            assert str(world.ca_file) in mirror.access.ca_files
            assert mirror.is_reference == (name == "golang")
            assert mirror.canaries.stable[0].module == STABLE[0]
            assert mirror.thresholds.first_byte == pytest.approx(0.4)
        assert await _answers(*settings.control_targets[0])
        assert mirrors["goproxy"].require_http2 == (fault == "http2.unavailable")
        assert mirrors["artifactory"].access.credentials is not None


async def test_a_whole_world_is_configured(tmp_path: Path) -> None:
    """Its checksum database by key alone, its index and vulnerability databases by URL."""
    database = Database()
    async with World.open(extensions=whole(database)) as world:
        path = tmp_path / "simulated.yml"
        path.write_text(world.config_yaml())
        settings = load(path, env={}, implemented=frozenset(CheckName))
        text = world.config_yaml()
    for part in (f'checksum_database: "{database.key()}"\n', "/index", "vuln-mirror.sim.test"):
        assert part in text
    assert len(settings.vulnerability_databases) == 2


async def _answers(host: str, port: int) -> bool:
    _, writer = await asyncio.open_connection(host, port)
    writer.transport.abort()
    return True


async def test_configurations_can_be_altered() -> None:
    """Keys that are given replace those of the world."""
    async with World.open(mirrors=("athens",)) as world:
        text = world.config_yaml(vantage="here", thresholds={"stall_after": "2s"})
    assert 'vantage: "here"\n' in text
    assert 'thresholds:\n  stall_after: "2s"\n' in text
    assert "reference:" not in text


async def test_ports_are_consecutive_if_one_is_named() -> None:
    """And two worlds cannot have the same."""
    base = _free_ports(8)
    async with World.open(port=base, mirrors=("goproxy", "golang")) as world:
        names = ("goproxy", "golang", "goproxy-cdn")
        assert [urlsplit(world.url(name)).port for name in names] == [base, base + 1, base + 2]
        assert world.nameserver == f"127.0.0.1:{base + 6}"
        with pytest.raises(ConfigError, match=f"port: cannot listen on every port from {base} on"):
            async with World.open(port=base, mirrors=("goproxy",)):
                pass


def _free_ports(number: int) -> int:
    """Find consecutive ports that are free just now, below those that the kernel hands out."""
    for base in range(20000, 30000, number):
        try:
            for port in range(base, base + number):
                with socket.socket() as sock:
                    sock.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
    pytest.skip("there are no consecutive free ports")


async def test_many_clients_are_served_at_once(ask: Ask) -> None:
    """A silent answer holds up nobody else."""
    faults = {"goproxy": ("transport.timeout/missing",)}
    async with World.open(faults=faults, mirrors=("goproxy",)) as world:
        silent = asyncio.create_task(ask(world, "missing"))
        seen = await asyncio.gather(
            *(ask(world, "zip", http2=number % 2 == 0) for number in range(40)),
        )
        assert {one.short for one in seen} == {"200 honest"}
        assert not silent.done()
        silent.cancel()
        await asyncio.gather(silent, return_exceptions=True)


async def test_equal_seeds_make_equal_worlds() -> None:
    """Jitter is the same for the same seed, and another for another."""
    jitter = FAULTS["healthy/jitter"].here.bend
    assert jitter is not None
    request = Request(method="GET", path="/x")

    def waits(seed: int) -> list[float]:
        scene: Scene = World.open(seed=seed)._scene("goproxy")
        return [jitter(request, Reply(), scene).wait for _ in range(5)]

    assert waits(1) == waits(1) != waits(2)


async def test_more_can_be_published(ask: Ask) -> None:
    """A world's catalogue is a value that tests may extend."""
    new = Release(module="example.com/new", version="v1.2.3", time="2026-01-01T00:00:00Z")
    async with World.open(mirrors=("goproxy",), catalogue=CATALOGUE.plus(new)) as world:
        seen = await ask(world, "/example.com/new/@v/v1.2.3.info")
        assert seen.body == new.info()


async def test_what_is_published_is_there_at_once(ask: Ask) -> None:
    """At every mirror, at its storage host, and for who asks again."""
    new = Release(
        module="example.com/new", version="v1.0.0", time="2026-01-01T00:00:00Z", ballast=2 << 20
    )
    async with World.open(mirrors=("goproxy", "static")) as world:
        for mirror in world.mirrors:
            assert (await ask(world, "/example.com/new/@v/list", mirror=mirror)).status == 404
        before = world.known
        world.publish(new)
        for mirror in world.mirrors:
            seen = await ask(world, "/example.com/new/@v/list", mirror=mirror)
            assert seen.body == b"v1.0.0\n"
        link = (await ask(world, "/example.com/new/@v/v1.0.0.zip")).headers["location"]
        seen = await ask(world, "/" + link.split("/", 3)[3], mirror="goproxy-cdn")
        assert seen.body == new.archive
        assert not before.catalogue.knows("example.com/new")
        assert world.known.published_at(new.module, new.version) == pytest.approx(
            time.time(), abs=60
        )


class Oracle:
    """An extension: a host of its own, a relay below every mirror, and a key of settings."""

    hosts = ("oracle",)

    def opened(self, urls: Mapping[str, str]) -> None:
        self.url = urls["oracle"]

    def answer(self, host: str, request: Request, known: Known) -> Reply:
        return text(200, f"own {request.path}")

    def relay(self, mirror: str, request: Request, known: Known) -> Reply | None:
        if not request.path.startswith("/oracle/"):
            return None
        return text(200, f"{mirror} relays {request.path}")

    def settings(self) -> Mapping[str, object]:
        return {"module_index": f"{self.url}/index"}


async def test_worlds_can_be_extended(ask: Ask, resolve: Resolve) -> None:
    """Faults reach what an extension answers below a mirror, and its own host, one by one."""
    async with World.open(mirrors=("goproxy", "artifactory"), extensions=(Oracle(),)) as world:
        assert (await ask(world, "/x", mirror="oracle")).body == b"own /x"
        assert (await ask(world, "/oracle/x")).body == b"goproxy relays /oracle/x"
        seen = await ask(world, "/oracle/x", mirror="artifactory")
        assert seen.body == b"artifactory relays /oracle/x"
        assert (await ask(world, "list")).short == "200 honest"
        assert await resolve(world, "oracle.sim.test") == "NOERROR 127.0.0.1"
        assert f'module_index: "{world.url("oracle")}/index"' in world.config_yaml()
        world.switch("goproxy", "http.5xx")
        assert (await ask(world, "/oracle/x")).short == "500 text"
        assert (await ask(world, "/x", mirror="oracle")).short == "200 text"
        world.switch("oracle", "http.5xx/502")
        assert (await ask(world, "/x", mirror="oracle")).short == "502 markup"
        world.switch("goproxy")
        assert (await ask(world, "/oracle/x")).body == b"goproxy relays /oracle/x"


class Broken(Oracle):
    """An extension with a mistake in it."""

    def answer(self, host: str, request: Request, known: Known) -> Reply:
        raise RuntimeError(request.path)


@pytest.mark.parametrize("http2", [True, False])
async def test_mistakes_of_the_simulator_are_not_hushed_up(ask: Ask, *, http2: bool) -> None:
    """The world ends with what went wrong in it."""
    with pytest.RaisesGroup(RuntimeError, flatten_subgroups=True):
        async with World.open(mirrors=(), extensions=(Broken(),)) as world:
            await ask(world, "/x", mirror="oracle", http2=http2)


async def test_nothing_is_left_behind(ask: Ask) -> None:
    """Ports, files and tasks are gone with the world, clients in the middle of answers or not."""
    before = asyncio.all_tasks()
    faults = {"goproxy": ("transport.timeout",), "athens": ("transport.timeout/connect",)}
    async with World.open(faults=faults, mirrors=("goproxy", "athens", "golang")) as world:
        hanging = [asyncio.create_task(ask(world, "list", http2=http2)) for http2 in (True, False)]
        while len(world.requests) < 2:  # noqa: ASYNC110 - the world has no event for this
            await asyncio.sleep(0)
        ports = [urlsplit(world.url(name)).port for name in world.mirrors]
        directory = world.ca_file.parent
    assert not directory.exists()
    for port in ports:
        with pytest.raises(ConnectionRefusedError), socket.socket() as sock:
            sock.connect(("127.0.0.1", port or 0))
    ends = {(await task).short for task in hanging}
    assert ends <= {"reset", "eof"}
    assert asyncio.all_tasks() == before


async def test_a_directory_of_ones_own_is_kept(tmp_path: Path) -> None:
    """Only what the world made itself is removed."""
    async with World.open(mirrors=("goproxy",), directory=tmp_path) as world:
        assert world.ca_file == tmp_path / "ca.pem"
    assert (tmp_path / "ca.pem").exists()
