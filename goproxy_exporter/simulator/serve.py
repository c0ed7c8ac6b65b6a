"""Keeps a world up for people: says where everything is and writes a configuration for it."""

import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from goproxy_exporter.errors import ConfigError, Problem
from goproxy_exporter.simulator.conduct import MIRROR
from goproxy_exporter.simulator.extensions import Database, whole
from goproxy_exporter.simulator.faults import known
from goproxy_exporter.simulator.styles import STYLES
from goproxy_exporter.simulator.world import World

DEFAULT_MIRROR = "goproxy"
"""Where a fault goes that names no host and is made for none of its own."""

_MEANINGS = {
    "sum": "the checksum database",
    "index": "the module index",
    "vuln": "the vulnerability database",
    "vuln-mirror": "a mirror of the vulnerability database",
}

Say = Callable[[str], object]


def print_now(text: str) -> None:
    """Print, also into a pipe, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


async def serve(port: int, faults: Sequence[str], out: Path, *, say: Say = print_now) -> None:
    """Serve until cancelled, on consecutive ports from `port` on (0: any that are free).

    A fault is a name in `FAULTS`, or ``HOST=NAME``; see `assigned`. `out` is where the
    configuration is written. Raises UnknownNameError or MisplacedFaultError before anything is
    started, and ConfigError where the world finds no place: no ports, or no file.
    """
    database = Database()
    async with World.open(port=port, faults=assigned(faults), extensions=whole(database)) as world:
        await asyncio.to_thread(_write, out, world.config_yaml())
        say("".join(f"{line}\n" for line in _told(world, database, out)))
        await asyncio.Event().wait()


def assigned(faults: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Sort ``NAME`` and ``HOST=NAME`` by host; raises UnknownNameError for unknown faults.

    Without a host a fault goes to the one that it is made for, or to the mirror called goproxy.
    """
    sorted_: dict[str, tuple[str, ...]] = {}
    for text in faults:
        host, _, name = text.rpartition("=")
        fault = known(name)
        usual = next(iter(fault.only), MIRROR)
        host = host or (DEFAULT_MIRROR if usual == MIRROR else usual)
        sorted_[host] = (*sorted_.get(host, ()), fault.name)
    return sorted_


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"cannot write {out}: {error.strerror}"
        raise ConfigError((Problem("", None, None, "write", message),)) from error


def _told(world: World, database: Database, out: Path) -> Iterator[str]:
    yield "A simulated world of module mirrors is up (made-up modules, a throw-away authority)."
    yield ""
    for name in world.mirrors:
        yield from _line_of(world, name, STYLES[name].meaning)
    for name, meaning in _MEANINGS.items():
        yield from _line_of(world, name, meaning)
    first = world.url(world.mirrors[0], address="127.0.0.1")
    yield ""
    yield f"  nameserver   {world.nameserver}"
    yield f"  authority    {world.ca_file}"
    yield f"  settings     {out}"
    yield ""
    yield f"Watch it:    goproxy-exporter probe --config.file {out}"
    yield f"Build on it: SSL_CERT_FILE={world.ca_file} GOPROXY={first} \\"
    yield f"             GOSUMDB={database.key('127.0.0.1')} go mod download"


def _line_of(world: World, name: str, meaning: str) -> Iterator[str]:
    yield f"  {name:12} {world.url(name)}"
    yield f"  {'':12} {meaning}"
    for fault in world.faults(name):
        yield f"  {'':12} fault {fault.name}: {fault.meaning}"
