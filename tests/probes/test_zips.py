"""The zip probes against a scripted mirror."""

import gzip
from typing import Any

import pytest

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.mirror import Thresholds
from goproxy_exporter.model.names import CheckName, Endpoint

RUN = CheckName.ZIP


@pytest.mark.parametrize("name", [CheckName.ZIP, CheckName.LARGE_ZIP])
async def test_healthy(start: Any, bench: Any, mirror_of: Any, say: Any, name: CheckName) -> None:
    """A right zip is fetched once; its hash, its size and its entries are facts."""
    body = say.archive(padding=300_000)
    server = await start(zip=say.Reply(body=body))
    outcome = await bench.run(name, mirror_of(server.url))
    assert outcome.findings == ()
    assert len(server.requests) == 1
    assert outcome.facts["zip_bytes"] == len(body)
    assert outcome.facts["zip_entries"] == 2
    assert str(outcome.facts["zip_h1"]).startswith("h1:")
    assert isinstance(outcome.facts["throughput_bytes_per_second"], int)
    expected = Endpoint.ZIP if name is CheckName.ZIP else Endpoint.LARGE_ZIP
    assert {each.endpoint for each in outcome.exchanges} == {expected}


def damaged(body: bytes) -> bytes:
    """Flip a byte of a member's content, so that its CRC is wrong."""
    spot = body.index(b"module example.com")
    return body[:spot] + b"M" + body[spot + 1 :]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda body: body[:-10], Code.INTEGRITY_ZIP_INVALID),
        (lambda body: b"\0" * len(body), Code.INTEGRITY_ZIP_INVALID),
        (damaged, Code.INTEGRITY_ZIP_INVALID),
        (gzip.compress, Code.INTEGRITY_CONTENT_ENCODING),
        (lambda _: b"<html>moved</html>", Code.SEMANTICS_SOFT200),
        (lambda _: b"not found", Code.SEMANTICS_SOFT200),
        (lambda _: b"", Code.SEMANTICS_SOFT200),
    ],
    ids=["cut", "zeros", "damaged", "gzip", "page", "text", "empty"],
)
async def test_wrong_bytes(
    start: Any, bench: Any, mirror_of: Any, say: Any, change: Any, code: Code
) -> None:
    """Wrong bytes are told apart: no zip, a zip in wrapping, a page, nothing."""
    server = await start(zip=say.Reply(body=change(say.archive())))
    outcome = await bench.run(RUN, mirror_of(server.url))
    assert [each.code for each in outcome.findings] == [code]


async def test_wrong_prefix(start: Any, bench: Any, mirror_of: Any, say: Any) -> None:
    """A sound zip of another module is not this module's zip."""
    server = await start(zip=say.Reply(body=say.archive("example.com/other@v1.2.3/")))
    outcome = await bench.run(RUN, mirror_of(server.url))
    assert [each.code for each in outcome.findings] == [Code.INTEGRITY_ZIP_INVALID]
    assert "prefix" in outcome.findings[0].summary or "begin" in outcome.findings[0].summary


async def test_truncated(start: Any, bench: Any, mirror_of: Any, say: Any) -> None:
    """A zip short of its Content-Length is truncated, not invalid."""
    server = await start(zip=say.Reply(body=say.archive(), cut=20))
    outcome = await bench.run(RUN, mirror_of(server.url))
    assert [each.code for each in outcome.findings] == [Code.INTEGRITY_ZIP_TRUNCATED]


@pytest.mark.parametrize(
    ("info", "code"),
    [(200, Code.HTTP_UNEXPECTED_STATUS), (403, Code.HTTP_403_POLICY)],
)
async def test_denied(
    start: Any, bench: Any, mirror_of: Any, say: Any, info: int, code: Code
) -> None:
    """403 for the zip is a policy only if the version's .info is refused too."""
    odd = {"zip": say.Reply(status=403)}
    if info != 200:
        odd["info"] = say.Reply(status=info)
    server = await start(**odd)
    outcome = await bench.run(RUN, mirror_of(server.url))
    assert {each.code for each in outcome.findings} == {code}


async def test_slow(start: Any, bench: Any, mirror_of: Any, say: Any) -> None:
    """A right zip below the wanted throughput is slow, after two looks."""
    server = await start(zip=say.Reply(body=say.archive(padding=300_000)))
    mirror = mirror_of(server.url, thresholds=Thresholds(throughput=1e15))
    outcome = await bench.run(RUN, mirror)
    assert [each.code for each in outcome.findings] == [Code.PERF_SLOW_THROUGHPUT]
    assert len(outcome.exchanges) == 2


async def test_no_canary(bench: Any, mirror_of: Any) -> None:
    """Without a canary nothing is asked and nothing found."""
    mirror = mirror_of("http://127.0.0.1:1")
    without = mirror_of("http://127.0.0.1:1", canaries=type(mirror.canaries)(
        stable=(), missing=mirror.canaries.missing,
    ))  # fmt: skip
    for name in (CheckName.ZIP, CheckName.LARGE_ZIP):
        outcome = await bench.run(name, without)
        assert (outcome.exchanges, outcome.findings) == ((), ())
