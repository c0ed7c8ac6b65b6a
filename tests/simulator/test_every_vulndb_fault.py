"""Vulnerability databases hold together, and every fault of theirs does what it says."""

import gzip
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from goproxy_exporter.config.load import load
from goproxy_exporter.gomod.rfc3339 import parse_time
from goproxy_exporter.model.names import CheckName
from goproxy_exporter.simulator.extensions import Vulnerabilities
from goproxy_exporter.simulator.faults.vulndb import VULNDB
from goproxy_exporter.simulator.world import World

Ask = Callable[..., Awaitable[Any]]

COPY, ORIGINAL = "vuln-mirror", "vuln"
GOOD: dict[str, object] = {
    "head": 200,
    "db": "same",
    "modules": "same",
    "vulns": "same",
    "entry": "same",
    "plain": "same",
}
UNREADABLE: dict[str, object] = dict.fromkeys(("db", "modules", "vulns", "entry"), "unreadable")
SEEN: dict[str, dict[str, object]] = {
    "vulndb.stale": {"db": "older", "modules": "less", "vulns": "less", "plain": "less"},
    "healthy/vulndb-late": {"db": "older", "modules": "less", "vulns": "less", "plain": "less"},
    "healthy/vulndb-gzip-only": {"plain": 404},
    "vulndb.incomplete": {"modules": "less", "vulns": "less", "plain": "less"},
    "vulndb.incomplete/index": {"modules": "less", "plain": "less"},
    "vulndb.incomplete/withdrawn": {"modules": "less", "vulns": "less", "plain": "less"},
    "vulndb.incomplete/older": dict.fromkeys(("modules", "vulns", "plain", "entry"), "older"),
    "vulndb.unreadable": UNREADABLE,
    "vulndb.unreadable/head": {"head": 405},
    "vulndb.unreadable/content_encoding": UNREADABLE,
    "vulndb.unreadable/html": UNREADABLE | {"plain": "unreadable"},
    "vulndb.unreadable/empty": UNREADABLE | {"plain": "unreadable"},
    "vulndb.unreadable/cut": UNREADABLE,
    "vulndb.unreadable/no_json": UNREADABLE,
    "vulndb.unreadable/entry_missing": {"entry": 404},
    "vulndb.unreadable/entry_older": {"entry": "older"},
    "vulndb.unreadable/entry_newer": {"entry": "newer"},
}


def opened(*faults: str) -> World:
    """A world with both databases and no mirrors."""
    return World.open(faults={COPY: faults}, extensions=(Vulnerabilities(),), mirrors=())


async def _get(world: World, ask: Ask, path: str, host: str) -> Any:
    """Fetch as govulncheck does: what a Content-Encoding says is undone before all else."""
    seen = await ask(world, path, mirror=host)
    if seen.status != 200:
        return seen.status
    try:
        body = seen.body
        if seen.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        return json.loads(gzip.decompress(body) if path.endswith(".gz") else body)
    except (OSError, EOFError, ValueError):
        return "unreadable"


def _modified(document: Any) -> dict[str, str]:
    """Times of modification by identifier, in any of the documents."""
    if isinstance(document, list):
        parts = [_modified(part) for one in document for part in one.get("vulns", [one])]
        return {key: value for part in parts for key, value in part.items()}
    return {document.get("id", "db"): document["modified"]}


def _compared(found: Any, original: Any) -> object:
    if not isinstance(found, dict | list):
        return found
    if found == original:
        return "same"
    ours, theirs = _modified(found), _modified(original)
    if ours.keys() < theirs.keys():
        return "less"
    older = all(ours[key] <= theirs[key] for key in theirs)
    return "older" if older else "newer"


def test_the_table_is_about_every_such_fault_and_no_other() -> None:
    """No fault is left unseen."""
    assert set(SEEN) == {fault.name for fault in VULNDB}


@pytest.mark.parametrize("name", SEEN)
async def test_a_fault_does_what_it_says(name: str, ask: Ask) -> None:
    """The mirror differs from the original where the table says, and nowhere else."""
    async with opened(name) as world:
        paths = {
            "db": "/index/db.json.gz",
            "modules": "/index/modules.json.gz",
            "vulns": "/index/vulns.json.gz",
            "plain": "/index/modules.json",
            # An entry that old databases have too, unchanged since.
            "entry": f"/ID/{world.known.vulnerabilities[20].id}.json.gz",
        }
        head = await ask(world, "/index/modules.json.gz", mirror=COPY, method="HEAD")
        found: dict[str, object] = {"head": head.status}
        for what, path in paths.items():
            copy, original = [await _get(world, ask, path, host) for host in (COPY, ORIGINAL)]
            found[what] = _compared(copy, original)
    assert found == GOOD | SEEN[name]


async def test_the_files_of_a_database_fit_one_another(ask: Ask) -> None:
    """Both indexes name the same entries and times as the entries, db.json the latest time."""
    async with opened() as world:
        for host in (ORIGINAL, COPY):
            files = {}
            for name in ("db", "modules", "vulns"):
                files[name] = await _get(world, ask, f"/index/{name}.json", host)
                assert await _get(world, ask, f"/index/{name}.json.gz", host) == files[name]
            modules, vulns = _modified(files["modules"]), _modified(files["vulns"])
            assert modules == vulns
            assert files["db"]["modified"] == max(modules.values())
            paths = [one["path"] for one in files["modules"]]
            assert paths == sorted(set(paths))
            for one, modified in modules.items():
                entry = await _get(world, ask, f"/ID/{one}.json.gz", host)
                assert (entry["id"], entry["modified"]) == (one, modified)
                assert entry["published"] <= modified
            times = [parse_time(modified) for modified in modules.values()]
            assert all(time and time.timestamp() < world.known.started for time in times)


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/", "GET", 404),
        ("/index/db", "GET", 404),
        ("/index/db.xml", "GET", 404),
        ("/ID/GO-1999-0001.json", "GET", 404),
        ("/index/db.json", "POST", 405),
        ("/index/db.json", "HEAD", 200),
    ],
)
async def test_what_is_no_file_is_not_there(path: str, method: str, status: int, ask: Ask) -> None:
    """And nothing can be written."""
    async with opened() as world:
        assert (await ask(world, path, mirror=ORIGINAL, method=method)).status == status


async def test_lost_entries_are_lost_wherever_one_looks(ask: Ask) -> None:
    """What the index does not name has no file either; the newest is never lost."""
    async with opened("vulndb.incomplete") as world:
        ids = [one.id for one in world.known.vulnerabilities]
        left = _modified(await _get(world, ask, "/index/vulns.json.gz", COPY))
        assert set(ids) - set(left) == set(ids[4::5])
        assert await _get(world, ask, f"/ID/{ids[4]}.json.gz", COPY) == 404
        assert ids[0] in left


async def test_a_mirror_may_be_late_by_an_hour_or_by_days(ask: Ask) -> None:
    """What is modified within that time is not there yet."""
    async with opened() as world:
        modified = {}
        for fault in ("healthy/vulndb-late", "vulndb.stale"):
            world.switch(COPY, fault)
            modified[fault] = (await _get(world, ask, "/index/db.json.gz", COPY))["modified"]
        world.switch(COPY)
        now = (await _get(world, ask, "/index/db.json.gz", COPY))["modified"]
        times = [parse_time(text) for text in (*modified.values(), now)]
        ages = [world.known.started - time.timestamp() for time in times if time]
        assert [round(age / 3600) for age in ages] == [2, 2400, 1]


async def test_the_configuration_names_both(tmp_path: Any) -> None:
    """The mirror of a database names the original."""
    async with World.open(extensions=(Vulnerabilities(),), mirrors=("goproxy",)) as world:
        path = tmp_path / "simulated.yml"
        path.write_text(world.config_yaml())
        settings = load(path, env={}, implemented=frozenset(CheckName))
        found = {one.name: one for one in settings.vulnerability_databases}
        assert {name: one.url for name, one in found.items()} == {
            name: world.url(name) for name in (ORIGINAL, COPY)
        }
        assert (found[ORIGINAL].reference, found[COPY].reference) == (None, ORIGINAL)
