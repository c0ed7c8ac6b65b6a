"""A site on a free port, before a store with real results and a schedule that runs on demand."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from samples import a_certificate, a_mirror

from goproxy_exporter.metrics import ExporterFacts
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import (
    Exchange,
    Failure,
    FailureKind,
    Hop,
    Phases,
    TlsFacts,
)
from goproxy_exporter.model.mirror import (
    Access,
    Check,
    Credentials,
    Mirror,
    Secret,
)
from goproxy_exporter.model.names import Blame, CheckName, Endpoint
from goproxy_exporter.model.result import Finding, Result
from goproxy_exporter.schedule import Schedule
from goproxy_exporter.store import Store
from goproxy_exporter.web import Serving, Site, Sources
from goproxy_exporter.wire.clock import Clock

SECRET = "hunter2-do-not-show"
HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e\"'&"

_LEAF = a_certificate(
    subject=f"CN={HOSTILE}",
    issuer=f"CN={HOSTILE}",
    not_before=0.0,
    not_after=4e9,
    names=(HOSTILE,),
)


def a_hostile_mirror(name: str) -> Mirror:
    hidden = Secret("inline", SECRET)
    return a_mirror(
        name,
        url=f"https://m.example/{HOSTILE}?token={SECRET}",
        access=Access(
            credentials=Credentials(username="u", password=hidden, token=hidden),
            headers=(("x-key", hidden),),
        ),
        labels=(("team-name", HOSTILE),),
    )


def a_check(mirror: Mirror, name: CheckName = CheckName.ENDPOINTS) -> Check:
    return Check(name=name, mirror=mirror, interval=60.0, timeout=10.0)


def an_exchange(endpoint: Endpoint, started: float) -> Exchange:
    hop = Hop(
        url="https://m.example/x",
        host="m.example",
        status=200,
        protocol="HTTP/2",
        address="127.0.0.1",
        phases=Phases(resolve=0.001, connect=0.002, tls=0.003, processing=0.004, transfer=0.005),
        tls=TlsFacts(version="TLSv1.3", chain=(_LEAF,), verified=True, verified_until=4e9),
        received=21,
    )
    lost = replace(
        hop, host="s.example", status=None, failure=Failure(FailureKind.STALL, HOSTILE), tls=None
    )
    hops = (hop, lost) if endpoint is Endpoint.MOD else (hop,)
    return Exchange(
        endpoint=endpoint,
        url=hop.url,
        module="example.com/a@v1.0.0",
        started=started,
        duration=0.015,
        hops=hops,
        size=21,
        failure=hops[-1].failure,
    )


def a_result(check: Check, *codes: Code) -> Result:
    started = Clock().now() - 2
    asked = (Endpoint.LIST, Endpoint.LATEST, Endpoint.INFO, Endpoint.MOD, Endpoint.MISSING)
    return Result(
        check=check,
        started=started,
        duration=1.0,
        exchanges=tuple(an_exchange(endpoint, started) for endpoint in asked),
        findings=tuple(
            Finding(
                code=code,
                endpoint=Endpoint.MOD,
                module="example.com/a",
                summary=f"Bad {HOSTILE}",
                blame=Blame.MIRROR,
                matched=2,
                looked=2,
                evidence={"body": HOSTILE, HOSTILE: [1, None, {"deep": HOSTILE}]},
            )
            for code in codes
        ),
        facts={"newest": HOSTILE},
    )


@dataclass
class World:
    """A store, what runs a check, and what was asked of it."""

    store: Store = field(default_factory=Store)
    clock: Clock = field(default_factory=Clock)
    runs: list[Check] = field(default_factory=list)
    reloads: list[str] = field(default_factory=list)
    hold: asyncio.Event | None = None
    codes: tuple[Code, ...] = ()
    reload_error: Exception | None = None
    scheduled: bool = True
    loaded_at: float | None = 1.0
    write_config: Callable[[], str] = lambda: "mirrors: []\n"
    broken: bool = False

    def keep(self, *names: str, checks: tuple[CheckName, ...] = (CheckName.ENDPOINTS,)) -> None:
        """Configure mirrors."""
        mirrors = [a_hostile_mirror(name) for name in names]
        self.store.keep([a_check(mirror, name) for mirror in mirrors for name in checks], mirrors)

    def fill(self, *codes: Code) -> None:
        """Put one result per check into the store."""
        for check in sorted(self.store.checks, key=lambda each: each.key):
            self.store.put(a_result(check, *codes))

    def budget(self, _mirror: str) -> tuple[int, int]:
        """Stand where the allowances stand."""
        if self.broken:
            raise RuntimeError(SECRET)
        return 10, 1000

    async def perform(self, check: Check, *, late: float) -> Result:
        """Stand where the runner stands; waits while `hold` is set up and not released."""
        self.runs.append(check)
        if self.hold is not None:
            await self.hold.wait()
        return a_result(check, *self.codes)

    def effective_config(self) -> str:
        """Stand where the app stands."""
        return self.write_config()

    async def reload(self) -> None:
        """Stand where the app stands."""
        self.reloads.append("reload")
        if self.reload_error is not None:
            raise self.reload_error


class Heard(Schedule):
    """A schedule that tells how many have asked it, and that can be dead."""

    asked: asyncio.Semaphore
    dead = False

    def alive(self, now: float) -> bool:
        return not self.dead and super().alive(now)

    async def run_now(self, mirror: str, *, timeout: float) -> tuple[Result, ...]:
        self.asked.release()
        return await super().run_now(mirror, timeout=timeout)


@dataclass
class Visit:
    """A site that serves, and a client."""

    site: Site
    client: aiohttp.ClientSession
    schedule: Heard

    @property
    def url(self) -> str:
        return self.site.urls[0]

    async def get(
        self, path: str, *, method: str = "GET", **headers: str
    ) -> tuple[int, str, aiohttp.ClientResponse]:
        """Ask for a path; give status, text and the response."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.client.request(
            method, self.url + path, headers=named, allow_redirects=False
        ) as response:
            return response.status, await response.text(), response


Opener = Callable[..., AbstractAsyncContextManager[Visit]]


@pytest.fixture
def world() -> World:
    """One mirror in the configuration, and nothing known yet."""
    world = World()
    world.keep("m")
    return world


@pytest.fixture
def open_site(world: World) -> Opener:
    """Open a site for the world; keywords go to Serving."""

    @asynccontextmanager
    async def opened(**serving: object) -> AsyncIterator[Visit]:
        options = {"listen": ("127.0.0.1:0",), "grace": 60.0} | serving
        async with AsyncExitStack() as stack:
            schedule = Heard(world.perform, world.store, world.clock, beating=False)
            schedule.asked = asyncio.Semaphore(0)
            await stack.enter_async_context(schedule)
            sources = Sources(
                store=world.store,
                schedule=schedule,
                clock=world.clock,
                exporter=lambda: ExporterFacts(vantage="lab", reloaded_at=world.loaded_at),
                budgets=world.budget,
                effective_config=world.effective_config,
                reload=world.reload,
                scheduled=world.scheduled,
            )
            site = await stack.enter_async_context(
                Site(sources, Serving(**options))  # type: ignore[arg-type] # a test's own words
            )
            client = await stack.enter_async_context(aiohttp.ClientSession())
            yield Visit(site, client, schedule)

    return opened


@pytest.fixture
async def visit(world: World, open_site: Opener) -> AsyncIterator[Visit]:
    """A plain site with one mirror in trouble."""
    world.fill(Code.SEMANTICS_SOFT200)
    async with open_site() as visit:
        yield visit


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a file of the web configuration."""

    def write(name: str, text: str) -> Path:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.fixture(scope="session")
def pki() -> Callable[[str], tuple[str, str]]:
    """Give certificate and key as PEM by name: ``ca`` signs all others, for 127.0.0.1."""
    return Pki().issue


_USES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


class Pki:
    """A certificate authority that lives as long as the tests."""

    def __init__(self) -> None:
        self._issued: dict[str, tuple[str, str]] = {}
        self._ca_key = ec.generate_private_key(ec.SECP256R1())
        self._ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test ca")])

    def issue(self, name: str) -> tuple[str, str]:
        """Issue once, give again ever after."""
        if name not in self._issued:
            key = self._ca_key if name == "ca" else ec.generate_private_key(ec.SECP256R1())
            self._issued[name] = (self._certificate(name, key), _pem(key))
        return self._issued[name]

    def _certificate(self, name: str, key: ec.EllipticCurvePrivateKey) -> str:
        now = datetime.now(UTC)
        own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = (
            x509.CertificateBuilder()
            .subject_name(self._ca_name if name == "ca" else own)
            .issuer_name(self._ca_name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=name == "ca", path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName(
                    [x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.1"))]
                ),
                critical=False,
            )
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._ca_key.public_key()),
                critical=False,
            )
        )
        if name == "ca":
            signs = dict.fromkeys(_USES, False) | {"key_cert_sign": True, "crl_sign": True}
            builder = builder.add_extension(x509.KeyUsage(**signs), critical=True)
        signed = builder.sign(self._ca_key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM).decode()


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
