"""What faults put into headers, bodies and certificates is what their names promise."""

import asyncio
import gzip
import io
import ssl
import time
import zlib
from collections.abc import Awaitable, Callable
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from cryptography import x509

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.archive import inspect
from goproxy_exporter.gomod.dirhash import hash_go_mod
from goproxy_exporter.gomod.info import parse_info
from goproxy_exporter.gomod.listing import parse_list
from goproxy_exporter.gomod.path import escape_path
from goproxy_exporter.simulator.faults import FAULTS
from goproxy_exporter.simulator.modules import (
    CATALOGUE,
    INCOMPATIBLE,
    LARGE,
    STABLE,
    UNTAGGED,
    UPPERCASE,
)
from goproxy_exporter.simulator.world import World

Ask = Callable[..., Awaitable[Any]]


def opened(*faults: str, **terms: Any) -> World:
    """A world of one mirror with these faults."""
    return World.open(faults={"goproxy": faults}, mirrors=("goproxy",), **terms)


@pytest.mark.parametrize(
    ("fault", "value"),
    [
        ("http.429", "30"),
        ("http.429/no_header", None),
        ("http.429/zero", "0"),
        ("http.429/day", "86400"),
        ("http.429/negative", "-5"),
        ("http.429/garbage", "soon"),
        ("http.429/403", "30"),
        ("http.429/478", "30"),
        ("http.429/503", "30"),
        ("http.429/403_exhausted", None),
        ("healthy/retry-after-200", "120"),
    ],
)
async def test_retry_after_is_sent_as_named(fault: str, value: str | None, ask: Ask) -> None:
    """Seconds, nothing, or something odd."""
    async with opened(fault) as world:
        assert (await ask(world, "list")).headers.get("retry-after") == value


@pytest.mark.parametrize(("fault", "ahead"), [("date", 30), ("past_date", -3600)])
async def test_retry_after_can_be_a_date(fault: str, ahead: int, ask: Ask) -> None:
    """It lies so many seconds from the answer's own Date."""
    async with opened(f"http.429/{fault}") as world:
        headers = (await ask(world, "list")).headers
    moments = [parsedate_to_datetime(headers[name]) for name in ("retry-after", "date")]
    assert abs((moments[0] - moments[1]).total_seconds() - ahead) <= 1


@pytest.mark.parametrize(("fault", "ahead"), [("ahead", 600), ("behind", -600)])
@pytest.mark.parametrize("http2", [True, False])
async def test_a_clock_can_be_off(fault: str, ahead: int, ask: Ask, *, http2: bool) -> None:
    """Date is so many seconds from the true time, over both protocols."""
    async with opened(f"fact/clock-{fault}") as world:
        headers = (await ask(world, "list", http2=http2)).headers
    date = parsedate_to_datetime(headers["date"]).timestamp()
    assert abs(date - time.time() - ahead) <= 10


@pytest.mark.parametrize(
    ("fault", "header"),
    [
        ("403_exhausted", "x-ratelimit-remaining"),
        ("503_exhausted", "ratelimit-remaining"),
    ],
)
async def test_limits_are_exhausted(fault: str, header: str, ask: Ask) -> None:
    """Nothing remains."""
    async with opened(f"http.429/{fault}") as world:
        assert (await ask(world, "list")).headers[header] == "0"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("", b"bad upstream"),
        ("/timeout", b"fetch timed out"),
        ("/git", b"Connection refused"),
        ("/410", b"fetch timed out"),
    ],
)
async def test_masks_let_the_upstream_show(fault: str, words: bytes, ask: Ask) -> None:
    """The body says what really happened, and nobody may keep it."""
    async with opened(f"semantics.masked_upstream_failure{fault}") as world:
        seen = await ask(world, "info")
    assert words in seen.body
    assert "no-store" in seen.headers["cache-control"]


@pytest.mark.parametrize(
    ("fault", "versions"),
    [
        ("integrity.list_invalid", ("v1.0.0", "v9.9.9")),
        ("integrity.list_invalid/wrong_major", ("v1.0.0", "v2.0.0")),
        ("integrity.list_invalid/metadata", ("v1.0.0", "v1.999.0+meta")),
        ("integrity.list_invalid/short", ("v1.0.0", "v1.999")),
        ("fact/crlf-list", ("v1.0.0",)),
        ("fact/no-last-newline", ("v1.0.0",)),
        ("fact/nul-list", ("v1.0.0",)),
        ("fact/duplicates", ("v1.0.0", "v1.0.0")),
        ("fact/columns", ("v1.0.0",)),
        ("fact/junk-lines", ("v1.0.0",)),
        ("fact/pseudo-in-list", ("v1.0.0",)),
    ],
)
async def test_lists_read_as_go_reads_them(fault: str, versions: tuple[str, ...], ask: Ask) -> None:
    """Invalid lists keep a version that does not exist; the others keep only what is right."""
    async with opened(fault) as world:
        found = parse_list((await ask(world, "list")).body)
    kept = found.versions + ("v1.0.0",) * found.duplicates
    assert sorted(kept) == sorted(versions)


INFO_FAULTS = [name for name in FAULTS if name.startswith("integrity.info_mismatch")]


@pytest.mark.parametrize("fault", INFO_FAULTS)
async def test_wrong_infos_are_refused_by_gos_rules(fault: str, ask: Ask) -> None:
    """Each of them breaks a rule of the go command's reader."""
    async with opened(fault) as world:
        body = (await ask(world, "info")).body
    with pytest.raises(ProtocolError):
        parse_info(body, STABLE[1])


@pytest.mark.parametrize("fault", [name for name in FAULTS if name.startswith("healthy/info")])
async def test_odd_infos_are_taken_by_gos_rules(fault: str, ask: Ask) -> None:
    """None of them breaks one."""
    async with opened(fault) as world:
        body = (await ask(world, "info")).body
    assert parse_info(body, STABLE[1]).version == STABLE[1]


@pytest.mark.parametrize(
    "fault", [name for name in FAULTS if name.startswith("integrity.zip_invalid")]
)
async def test_wrong_archives_are_refused_by_gos_rules(fault: str, ask: Ask) -> None:
    """Each of them breaks a rule of archives, though its length is what it says."""
    async with opened(fault) as world:
        seen = await ask(world, "zip")
    assert int(seen.headers["content-length"]) == len(seen.body)
    with pytest.raises(ProtocolError):
        inspect(io.BytesIO(seen.body), module=STABLE[0], version=STABLE[1])


TAMPERED = [
    (f"integrity.{file}_hash_mismatch{variant}", file, releases)
    for file, variant, releases in (
        ("zip", "", [STABLE, UPPERCASE, INCOMPATIBLE, UNTAGGED, LARGE]),
        ("zip", "/one", [UPPERCASE]),
        ("zip", "/large", [LARGE]),
        ("zip", "/target", [STABLE, UPPERCASE, INCOMPATIBLE, UNTAGGED, LARGE]),
        ("mod", "", [STABLE, UPPERCASE, INCOMPATIBLE, UNTAGGED, LARGE]),
        ("mod", "/one", [UPPERCASE]),
        ("mod", "/requires", [STABLE, UPPERCASE, INCOMPATIBLE, UNTAGGED, LARGE]),
    )
]


@pytest.mark.parametrize(("fault", "file", "wrong"), TAMPERED)
async def test_tampered_files_are_sound_and_others(
    fault: str, file: str, wrong: list[tuple[str, str]], ask: Ask
) -> None:
    """Go's rules pass them, their sums are not those that were published; the rest is true."""
    async with opened(fault) as world:
        for named in (STABLE, UPPERCASE, INCOMPATIBLE, UNTAGGED, LARGE):
            release = CATALOGUE.release(*named)
            assert release is not None
            path = f"/{escape_path(release.module)}/@v/{release.version}"
            mod, zipped = await ask(world, f"{path}.mod"), await ask(world, f"{path}.zip")
            if "location" in zipped.headers:
                link = "/" + zipped.headers["location"].split("/", 3)[3]
                zipped = await ask(world, link, mirror="goproxy-cdn")
            archive = inspect(
                io.BytesIO(zipped.body), module=release.module, version=release.version
            )
            sums = {"zip": archive.h1, "mod": hash_go_mod(mod.body)}
            right = {"zip": release.zip_sum, "mod": release.mod_sum}
            differing = {file for file, text in sums.items() if text != right[file]}
            assert differing == ({file} if named in wrong else set()), named


@pytest.mark.parametrize(
    ("fault", "path", "undo", "label"),
    [
        ("double_zip", "zip", lambda body: gzip.decompress(gzip.decompress(body)), "gzip"),
        ("double_mod", "mod", lambda body: gzip.decompress(gzip.decompress(body)), "gzip"),
        ("unlabelled_zip", "zip", gzip.decompress, None),
        ("unlabelled_mod", "mod", gzip.decompress, None),
        ("deflate", "zip", zlib.decompress, "deflate"),
        ("zip", "zip", bytes, "gzip"),
        ("mod", "mod", bytes, "gzip"),
    ],
)
async def test_encodings_lie_as_named(
    fault: str, path: str, undo: Callable[[bytes], bytes], label: str | None, ask: Ask
) -> None:
    """The right bytes are under it, one encoding more or less than the header says."""
    release = CATALOGUE.release(*STABLE)
    assert release is not None
    right = {"zip": release.archive, "mod": release.go_mod}[path]
    async with opened(f"integrity.content_encoding/{fault}") as world:
        seen = await ask(world, path)
    assert undo(seen.body) == right
    assert seen.headers.get("content-encoding") == label


@pytest.mark.parametrize("fault", ["cut", "bad_crc"])
async def test_broken_gzip_does_not_unpack(fault: str, ask: Ask) -> None:
    """It begins as gzip and does not end as gzip."""
    async with opened(f"integrity.content_encoding/{fault}") as world:
        seen = await ask(world, "mod")
    assert seen.headers["content-encoding"] == "gzip"
    with pytest.raises((EOFError, gzip.BadGzipFile)):
        gzip.decompress(seen.body)


async def test_healthy_gzip_is_only_for_who_accepts_it(ask: Ask) -> None:
    """The header says what was done."""
    async with opened("healthy/gzip") as world:
        plain = await ask(world, "mod")
        packed = await ask(world, "mod", headers=(("accept-encoding", "gzip"),))
    assert plain.headers.get("content-encoding") is None
    assert gzip.decompress(packed.body) == plain.body


async def test_head_has_headers_and_no_body(ask: Ask) -> None:
    """As GET would answer, over both protocols; or 405 where HEAD is refused."""
    async with opened() as world:
        for http2 in (True, False):
            full = await ask(world, "zip", http2=http2)
            head = await ask(world, "zip", http2=http2, method="HEAD")
            assert (head.status, head.body) == (200, b"")
            assert head.headers["content-length"] == str(len(full.body))
        world.switch("goproxy", "healthy/head-405")
        assert (await ask(world, "zip", method="HEAD")).status == 405


@pytest.mark.parametrize(
    ("fault", "protocol"),
    [
        ("http2.unavailable", "http/1.1"),
        ("http2.unavailable/no_alpn", None),
        ("healthy/http1-only", "http/1.1"),
        ("healthy/tls12", "h2"),
    ],
)
async def test_protocols_are_offered_as_named(fault: str, protocol: str | None, ask: Ask) -> None:
    """ALPN settles on what the fault leaves."""
    async with opened(fault) as world:
        assert (await ask(world, "list")).protocol == protocol


@pytest.mark.parametrize("http2", [True, False])
async def test_early_hints_go_ahead(ask: Ask, *, http2: bool) -> None:
    """103 comes first, over both protocols."""
    async with opened("healthy/early-hints") as world:
        seen = await ask(world, "list", http2=http2)
    assert (seen.interim, seen.short) == ([103], "200 honest")


async def test_good_bye_is_said(ask: Ask) -> None:
    """As Connection: close, and as GOAWAY."""
    async with opened("healthy/keepalive-closed-after-each") as world:
        assert (await ask(world, "list", http2=False)).headers["connection"] == "close"
        assert (await ask(world, "list")).parting


@pytest.mark.parametrize(
    ("fault", "framing"),
    [("healthy/chunked", "transfer-encoding"), ("healthy/no-length", "connection")],
)
async def test_bodies_are_framed_as_named(fault: str, framing: str, ask: Ask) -> None:
    """Without Content-Length."""
    async with opened(fault) as world:
        headers = (await ask(world, "zip")).headers
    assert framing in headers
    assert "content-length" not in headers


@pytest.mark.parametrize(("fault", "path"), [("", "list"), ("/list", "list"), ("/zip", "zip")])
async def test_first_bytes_are_late(fault: str, path: str, ask: Ask) -> None:
    """By as much as the world was told."""
    async with opened(f"perf.slow_first_byte{fault}", slow_seconds=0.3) as world:
        begun = time.monotonic()
        assert (await ask(world, path)).short == "200 honest"
    assert time.monotonic() - begun >= 0.3


async def test_bodies_drip(ask: Ask) -> None:
    """At the rate that the world was told."""
    async with opened("perf.slow_throughput", slow_rate=3000.0) as world:
        begun = time.monotonic()
        seen = await ask(world, "zip")
        assert time.monotonic() - begun >= 0.9 * len(seen.body) / 3000


async def test_storage_hosts_serve_behind_a_redirect(ask: Ask) -> None:
    """The honest link leads to the honest archive; the expired one to 403."""
    async with opened() as world:
        link = (await ask(world, "large")).headers["location"]
        path = link.partition(".sim.test")[2].partition("/")[2]
        seen = await ask(world, f"/{path}", mirror="goproxy-cdn")
        assert seen.status == 200
        assert int(seen.headers["content-length"]) > 4 << 20
        world.switch("goproxy", "redirect.target_denied/expired_link")
        link = (await ask(world, "zip")).headers["location"]
        path = link.partition(".sim.test")[2].partition("/")[2]
        assert (await ask(world, f"/{path}", mirror="goproxy-cdn")).short == "403 markup"


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("redirect.target_denied", "403 markup"),
        ("redirect.target_denied/401", "401 markup"),
        ("redirect.target_unreachable/refused", "refused"),
        ("redirect.target_unreachable/reset", "reset"),
        ("http.5xx/target", "503 text"),
        ("redirect.loop/two_hosts", "302 to goproxy.sim.test"),
    ],
)
async def test_the_target_fails_not_the_mirror(fault: str, seen: str, ask: Ask) -> None:
    """The storage host of this mirror, whatever it is asked, and no other's."""
    faults = {"goproxy": (fault,)}
    async with World.open(faults=faults, mirrors=("goproxy", "golang")) as world:
        assert (await ask(world, "zip", mirror="goproxy-cdn")).short == seen
        assert (await ask(world, "zip", mirror="golang-cdn")).short == "403 markup"


@pytest.mark.parametrize(
    ("fault", "rcode"),
    [
        ("redirect.target_unreachable", "NXDOMAIN"),
        ("redirect.target_unreachable/servfail", "SERVFAIL"),
    ],
)
async def test_the_target_has_no_name(
    fault: str, rcode: str, resolve: Callable[..., Awaitable[str]]
) -> None:
    """The mirror's own name is fine."""
    async with opened(fault) as world:
        assert await resolve(world, "goproxy-cdn.sim.test") == rcode
        assert (await resolve(world, "goproxy.sim.test")).startswith("NOERROR")


async def test_nine_redirects_end_well_and_ten_come_one_late(ask: Ask) -> None:
    """Following them one by one leads to the honest answer."""
    for fault, count in (("healthy/redirects-9", 9), ("redirect.loop/ten", 10)):
        async with opened(fault) as world:
            path, hops = "list", 0
            while "location" in (seen := await ask(world, path)).headers:
                path, hops = f"/{STABLE[0]}/@v/list{seen.headers['location']}", hops + 1
            assert (seen.status, hops) == (200, count)


async def _certificates(world: World, *, verify: bool = True) -> list[x509.Certificate]:
    port = int(world.url("goproxy").rpartition(":")[2])
    context = ssl.create_default_context(cafile=world.ca_file)
    if not verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=context, server_hostname="goproxy.sim.test"
    )
    chain = writer.get_extra_info("ssl_object")._sslobj.get_unverified_chain()
    writer.transport.abort()
    return [x509.load_der_x509_certificate(one.public_bytes(2)) for one in chain]


@pytest.mark.parametrize(
    ("fault", "sent"),
    [
        ("healthy/tls13", 2),
        ("tls.untrusted/missing_intermediate", 1),
        ("tls.untrusted/self_signed", 1),
        ("healthy/tls-rsa", 1),
    ],
)
async def test_chains_have_the_length_that_is_named(fault: str, sent: int) -> None:
    """The root is never sent, the intermediate unless it is what is missing."""
    async with opened(fault) as world:
        assert len(await _certificates(world, verify=False)) == sent


@pytest.mark.parametrize(("fault", "which"), [("tls.expiring", 0), ("tls.expiring/issuer", 1)])
async def test_certificates_expire_soon(fault: str, which: int) -> None:
    """In five days, the leaf or what it hangs on, and verified until then."""
    async with opened(fault) as world:
        chain = await _certificates(world)
    days = [(one.not_valid_after_utc.timestamp() - time.time()) / 86400 for one in chain[:2]]
    assert 4.9 < days[which] < 5.1
    assert days[1 - which] > 30
