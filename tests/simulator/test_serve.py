"""`simulate` keeps a world up, says where it is, and ends when it is told to."""

import asyncio
from pathlib import Path

import pytest

from goproxy_exporter.errors import ConfigError
from goproxy_exporter.simulator.faults import MisplacedFaultError, UnknownNameError
from goproxy_exporter.simulator.serve import assigned, serve


async def test_it_prints_and_writes_what_one_needs_and_runs_until_cancelled(tmp_path: Path) -> None:
    """Mirrors, faults, nameserver, authority, configuration."""
    told: asyncio.Queue[str] = asyncio.Queue()
    out = tmp_path / "simulated.yml"
    task = asyncio.create_task(serve(0, ("athens=http.5xx",), out, say=told.put_nowait))
    text = await told.get()
    written = await asyncio.to_thread(out.read_text)
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    shown = ("fault http.5xx: ", str(out), "SSL_CERT_FILE=", "GOSUMDB=127.0.0.1:")
    hosts = ("goproxy", "sum", "index", "vuln", "vuln-mirror")
    for part in (*shown, *(f"https://{host}.sim.test:" for host in hosts)):
        assert part in text
    for part in ("athens.sim.test:", "checksum_database:", "module_index:", "vuln-mirror.sim"):
        assert part in written


def test_faults_go_to_goproxy_unless_they_name_a_mirror() -> None:
    """In the order given."""
    faults = assigned(["http.5xx", "athens=tls.expired", "healthy/410", "athens=dns.nxdomain"])
    assert faults == {
        "goproxy": ("http.5xx", "healthy/410"),
        "athens": ("tls.expired", "dns.nxdomain"),
    }


def test_faults_made_for_a_host_go_there() -> None:
    """Those of vulnerability databases to the mirror of one, unless they name the original."""
    faults = assigned(["vulndb.stale", "vuln=vulndb.unreadable", "sumdb.fork", "sum=sumdb.fork"])
    assert faults == {
        "vuln-mirror": ("vulndb.stale",),
        "vuln": ("vulndb.unreadable",),
        "goproxy": ("sumdb.fork",),
        "sum": ("sumdb.fork",),
    }


@pytest.mark.parametrize("fault", ["http.5xy", "athena=http.5xx", "=http.5xz", "sum=vulndb.stale"])
async def test_wrong_names_are_refused_at_once(fault: str, tmp_path: Path) -> None:
    """Nothing is started and nothing is written."""
    out = tmp_path / "simulated.yml"
    with pytest.raises((UnknownNameError, MisplacedFaultError)):
        await serve(0, (fault,), out, say=print)
    assert not out.exists()


async def test_a_configuration_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """With its name and the reason; the world does not stay up."""
    out = tmp_path / "nowhere" / "simulated.yml"
    with pytest.raises(ConfigError, match=f"cannot write {out}: No such file or directory"):
        await serve(0, (), out, say=print)
