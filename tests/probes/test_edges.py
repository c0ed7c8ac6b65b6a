"""The edges probe against scripted mirrors behind one name."""

from pathlib import Path
from typing import Any

import pytest

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.mirror import Access, Thresholds
from goproxy_exporter.model.names import CheckName
from goproxy_exporter.wire.resolve import Resolver
from goproxy_exporter.wire.wire import Wire

RUN = CheckName.EDGES


@pytest.fixture
def named(tmp_path: Path, bench: Any) -> Any:
    """Give a name to addresses, through a hosts file."""

    def with_addresses(*addresses: str) -> Any:
        hosts = tmp_path / "hosts"
        hosts.write_text("".join(f"{each} edges.test\n" for each in addresses))
        bench.wire = Wire(bench.clock, Resolver(hosts=str(hosts)))
        return bench

    return with_addresses


async def test_all_work(start: Any, named: Any, mirror_of: Any) -> None:
    """Every address is asked once, in a connection of its own."""
    first = await start("127.0.0.1")
    second = await start("127.0.0.2", first.port)
    outcome = await named("127.0.0.1", "127.0.0.2").run(
        RUN, mirror_of(f"http://edges.test:{first.port}")
    )
    assert outcome.findings == ()
    assert outcome.facts["edges"] == {"127.0.0.1": "ok", "127.0.0.2": "ok"}
    assert (len(first.requests), len(second.requests)) == (1, 1)


async def test_one_fails(start: Any, named: Any, mirror_of: Any, say: Any) -> None:
    """An address that steadily fails is named."""
    first = await start("127.0.0.1")
    await start("127.0.0.2", first.port, list=say.Reply(status=502))
    outcome = await named("127.0.0.1", "127.0.0.2").run(
        RUN, mirror_of(f"http://edges.test:{first.port}")
    )
    assert [each.code for each in outcome.findings] == [Code.EDGE_INCONSISTENT]
    assert outcome.findings[0].evidence["failing"] == ["127.0.0.2"]
    assert outcome.facts["edges"] == {"127.0.0.1": "ok", "127.0.0.2": "http.5xx"}


async def test_one_refuses(start: Any, named: Any, mirror_of: Any) -> None:
    """An address where nothing listens is named."""
    first = await start("127.0.0.1")
    outcome = await named("127.0.0.1", "127.0.0.3").run(
        RUN, mirror_of(f"http://edges.test:{first.port}")
    )
    assert [each.evidence["failing"] for each in outcome.findings] == [["127.0.0.3"]]


async def test_one_hangs(start: Any, named: Any, mirror_of: Any, say: Any) -> None:
    """An address that hangs is named, once the go command's patience is over."""
    first = await start("127.0.0.1")
    await start("127.0.0.2", first.port, list=say.Reply(hang=True))
    mirror = mirror_of(f"http://edges.test:{first.port}", thresholds=Thresholds(stall_after=1.6))
    outcome = await named("127.0.0.1", "127.0.0.2").run(RUN, mirror)
    assert outcome.facts["edges"] == {"127.0.0.1": "ok", "127.0.0.2": "transport.timeout"}


async def test_all_fail(start: Any, named: Any, mirror_of: Any, say: Any) -> None:
    """Where all fail, that is not for this probe to say."""
    bad = say.Reply(status=502)
    first = await start("127.0.0.1", list=bad)
    await start("127.0.0.2", first.port, list=bad)
    outcome = await named("127.0.0.1", "127.0.0.2").run(
        RUN, mirror_of(f"http://edges.test:{first.port}")
    )
    assert outcome.findings == ()


async def test_unknown_name(named: Any, mirror_of: Any) -> None:
    """A name that does not resolve is for the endpoints to tell."""
    access = Access(forward_proxy="", nameservers=("127.0.0.1:1",))
    outcome = await named("127.0.0.1").run(RUN, mirror_of("http://other.test:1", access=access))
    assert (outcome.exchanges, outcome.findings) == ((), ())
    assert "resolve_failure" in outcome.facts
