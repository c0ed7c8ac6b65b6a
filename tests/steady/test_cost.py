"""What a mirror is asked, counted at the mirror: what docs/cost.md says, and never over its budget."""

import asyncio
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from programs import needed

from goproxy_exporter.model.mirror import Budget, Check
from goproxy_exporter.model.names import SkipReason
from goproxy_exporter.model.result import Result
from goproxy_exporter.simulator.extensions import Database
from goproxy_exporter.simulator.modules import INCOMPATIBLE, LARGE, STABLE, UPPERCASE
from goproxy_exporter.simulator.world import World
from goproxy_exporter.wire.allowance import HOUR

DOCUMENT = Path(__file__).parents[2] / "docs" / "cost.md"
MIRROR = "goproxy"
HOSTS = frozenset({MIRROR, f"{MIRROR}-cdn"})
"""The mirror, and the storage that it sends for large archives."""
MARGIN = 0.02
"""Share by which bytes may differ: a tree of another size has tiles of another width."""

pytestmark = pytest.mark.timeout(180)
Watch = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Cost:
    """Requests, connections and bytes of bodies."""

    requests: float
    connections: float
    size: float

    def an_hour(self, check: Check) -> "Cost":
        times = HOUR / check.interval
        return Cost(self.requests * times, self.connections * times, self.size * times)


def cost(results: Iterable[Result]) -> Cost:
    """Add up what every hop of these runs took."""
    hops = [hop for each in results for exchange in each.exchanges for hop in exchange.hops]
    connected = sum(hop.phases.connect is not None for hop in hops)
    return Cost(len(hops), connected, sum(hop.received for hop in hops))


def total(costs: Iterable[Cost]) -> Cost:
    each = list(costs)
    return Cost(
        sum(one.requests for one in each),
        sum(one.connections for one in each),
        sum(one.size for one in each),
    )


def row(name: str, every: str, one: Cost, hour: Cost) -> str:
    """Write a row of the table."""
    figures = [one.requests, one.connections, one.size, hour.requests, hour.size]
    return " | ".join([f"| {name}", every, *(f"{figure:.0f}" for figure in figures)]) + " |"


def written() -> dict[str, list[str]]:
    """Read the rows of the tables by their first cell."""
    rows = re.findall(r"^\| (.+) \|$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    cells = [[cell.strip() for cell in line.split("|")] for line in rows]
    return {first: rest for first, *rest in cells}


def agree(told: list[str], measured: str) -> bool:
    """Compare a row with what was measured: all the same, but for some bytes."""
    own = [cell.strip() for cell in measured.strip("| ").split("|")][1:]
    return len(told) == len(own) and all(map(_same, told, own))


def _same(told: str, own: str) -> bool:
    if told == own or not (told.isdigit() and own.isdigit()):
        return told == own
    return int(own) > 1000 and abs(int(told) - int(own)) <= MARGIN * int(own)


async def test_a_round_costs_what_is_written_and_an_hour_is_a_fraction_of_the_budget(
    watch: Watch,
) -> None:
    """Counted by the exporter as by the mirror, once new versions are known."""
    async with watch(mirrors=(MIRROR, "golang")) as watching:
        await watching.round()
        before = len(watching.world.requests)
        results = {
            result.check.name: result
            for result in await watching.round()
            if result.check.mirror.key == MIRROR
        }
        seen = [entry for entry in watching.world.requests[before:] if entry.mirror in HOSTS]

    costs = {name: cost([result]) for name, result in results.items()}
    hours = {name: one.an_hour(results[name].check) for name, one in costs.items()}
    round_, hour = total(costs.values()), total(hours.values())
    measured = [
        row(f"`{name}`", _every(results[name].check), costs[name], hours[name])
        for name in sorted(costs)
    ]
    measured.append(row("all", "", round_, hour))
    told = written()
    assert len(seen) == round_.requests
    assert all(agree(told[_name(line)], line) for line in measured), "\n".join(measured)
    assert 4 * hour.requests < Budget().requests_per_hour
    assert 4 * hour.size < Budget().bytes_per_hour


async def test_one_developer_costs_what_is_written(tmp_path: Path) -> None:
    """`go mod download` of the same canaries with nothing cached, counted by the mirror."""
    database = Database()
    async with World.open(extensions=(database,), mirrors=(MIRROR,), directory=tmp_path) as world:
        cache = await _downloaded(world, str(database.settings()["checksum_database"]), tmp_path)
        asked = sum(entry.mirror in HOSTS for entry in world.requests)
    size = sum(file.stat().st_size for file in cache.rglob("*") if _came_over_the_wire(file))
    measured = f"| `go mod download` | {asked} | {size} |"
    assert agree(written()["`go mod download`"], measured), measured


async def test_no_mirror_gets_more_than_its_budget(watch: Watch) -> None:
    """When it is used up, what is under way ends, and the mirror hears nothing any more."""
    budget = {"requests_per_hour": 60, "bytes_per_hour": "500MB"}
    async with watch(mirrors=(MIRROR, "golang"), budget=budget) as watching:
        requests, longest = watching.world.requests, 0
        for _ in range(3):
            results = [each for each in await watching.round() if each.check.mirror.key == MIRROR]
            longest = max(longest, *(int(cost([each]).requests) for each in results))
        asked = sum(entry.mirror in HOSTS for entry in requests)
        assert watching.app.budget(MIRROR) == (0, pytest.approx(5e8, rel=0.1))
        skipped = [
            each.skipped for each in await watching.round() if each.check.mirror.key == MIRROR
        ]
        assert set(skipped) == {SkipReason.BUDGET}
        assert sum(entry.mirror in HOSTS for entry in requests) == asked
    assert 60 <= asked < 60 + 4 * longest, "at most four runs are under way at once"


def _name(line: str) -> str:
    return line.strip("| ").split("|")[0].strip()


def _every(check: Check) -> str:
    hours, minutes = check.interval / HOUR, check.interval / 60
    return f"{hours:.0f} h" if hours >= 1 else f"{minutes:.0f} min"


def _came_over_the_wire(file: Path) -> bool:
    """Tell what was fetched from what the go command wrote for itself."""
    fetched = file.suffix in {".info", ".mod", ".zip"} or "sumdb" in file.parts
    return file.is_file() and fetched


async def _downloaded(world: World, gosumdb: str, directory: Path) -> Path:
    """Let the real go command download every canary; give its download cache."""
    program = needed("go")
    modules = ("@".join(canary) for canary in (STABLE, UPPERCASE, INCOMPATIBLE, LARGE))
    home = directory / "home"
    home.mkdir()
    process = await asyncio.create_subprocess_exec(
        program,
        "mod",
        "download",
        *modules,
        cwd=home,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "GOPATH": str(home / "go"),
            "GOCACHE": str(home / "build"),
            "GOPROXY": world.url(MIRROR, address="127.0.0.1"),
            "GOSUMDB": gosumdb,
            "GOTOOLCHAIN": "local",
            "GOFLAGS": "-modcacherw",
            "SSL_CERT_FILE": str(world.ca_file),
        },
    )
    assert await process.wait() == 0
    return home / "go" / "pkg" / "mod" / "cache" / "download"
