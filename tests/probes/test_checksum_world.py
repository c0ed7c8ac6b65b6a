"""Files that contradict the checksum database, or a pinned hash, are found and nothing else is."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.names import CheckName, Endpoint, State
from goproxy_exporter.model.scope import codes_of
from goproxy_exporter.probes.locker import FOLDER, Locker
from goproxy_exporter.simulator.configuration import CANARIES
from goproxy_exporter.simulator.extensions import Database
from goproxy_exporter.simulator.faults import FAULTS
from goproxy_exporter.simulator.faults.sumdb import DATABASE
from goproxy_exporter.simulator.faults.tampering import TAMPERING
from goproxy_exporter.simulator.modules import CATALOGUE, STABLE
from goproxy_exporter.simulator.styles import STYLES
from goproxy_exporter.simulator.world import World

AllTried = Callable[..., Awaitable[Any]]
Watch = Callable[..., Any]
COMPARING = (CheckName.CHECKSUM, CheckName.ZIP, CheckName.LARGE_ZIP)
ELSEWHERE = [
    name
    for name in FAULTS
    if name.startswith(("integrity.zip_invalid", "integrity.zip_trunc", "integrity.content_enc"))
    or name in ("semantics.soft200/mod", "semantics.soft200/empty_mod", "semantics.soft200/zip")
]
"""Faults of the same files that are no other file: each has its own code, told by other checks."""


@pytest.mark.timeout(120)
async def test_every_tampered_file_has_its_one_cause(all_tried: AllTried, say: Any) -> None:
    """Whichever file it is: the zip is compared by the check that downloads it anyhow."""
    seen = await all_tried("goproxy", [fault.name for fault in TAMPERING], *COMPARING)
    assert say.wrong(seen) == []
    for each in seen:
        assert each.verdict.state is State.DANGEROUS
        for finding in each.findings:
            assert (finding.matched, finding.looked) == (2, 2)
            evidence = finding.evidence
            assert evidence["h1"] != evidence["expected_h1"]
            assert evidence["expected_from"].startswith("record ")
            assert evidence["tree_size"] > evidence["record"]
            assert {"sha256", "bytes", "headers", "address"} <= evidence.keys()
            led = "/target" in each.fault or finding.endpoint is Endpoint.LARGE_ZIP
            assert ("hops" in evidence) is led
        for result in each.results:
            assert {finding.code for finding in result.findings} <= codes_of(result.check)


async def test_a_zip_that_is_only_fetched_for_its_spelling_is_compared_too(watch: Watch) -> None:
    """It is no matter of spelling that it is another file; and an honest one is accused of nothing."""
    async with World.open(mirrors=("goproxy",), extensions=(Database(),)) as world:
        watching = watch(world, canaries=CANARIES)
        seen = await watching.tried(
            "goproxy", "integrity.zip_hash_mismatch/one", *COMPARING, CheckName.ENCODING
        )
        (finding,) = seen.findings
        assert (finding.code, finding.endpoint) == (
            Code.INTEGRITY_ZIP_HASH_MISMATCH,
            Endpoint.UPPERCASE,
        )
        encoding = seen.of(CheckName.ENCODING)
        assert finding.code in codes_of(encoding.check)
        assert seen.verdict.state is State.DANGEROUS
        honest = await watching.tried("goproxy", None, CheckName.ENCODING)
        assert honest.found == set()


@pytest.mark.timeout(120)
async def test_what_is_no_other_file_is_not_accused_twice(all_tried: AllTried) -> None:
    """Emptiness, pages, encodings and shortness are ruled out first, and told by other checks."""
    for each in await all_tried("goproxy", ELSEWHERE, CheckName.CHECKSUM):
        assert each.found == set(), each.told()


@pytest.mark.parametrize("make", STYLES)
async def test_every_make_serves_the_right_files(make: str, watch: Watch) -> None:
    """Honest files of any make are those of the database, and they were compared."""
    async with World.open(mirrors=(make,), extensions=(Database(),)) as world:
        seen = await watch(world).run(make, *COMPARING)
    assert seen.found == set(), seen.told()
    assert len(seen.of(CheckName.CHECKSUM).facts["compared"]) == 4


async def test_every_file_is_fetched_once(watch: Watch) -> None:
    """The checksum check leaves zips to the zip check, and fetches them where that is off."""
    async with World.open(mirrors=("goproxy",), extensions=(Database(),)) as world:
        watching = watch(world)
        await watching.run("goproxy", *COMPARING)
        zips = [one.path for one in world.requests if one.path.endswith(".zip")]
        assert len(zips) == len(set(zips)) == 3

        (mirror,) = (one for one in _document(world)["mirrors"] if one["name"] == "goproxy")
        mirror["checks"] = {"zip": {"enabled": False}}
        alone = watch(world, mirrors=[mirror])
        (check,) = (one for one in alone.settings.checks if one.name is CheckName.CHECKSUM)
        assert check.only is None
        assert Code.INTEGRITY_ZIP_HASH_MISMATCH in codes_of(check)
        seen = await alone.tried("goproxy", "integrity.zip_hash_mismatch", CheckName.CHECKSUM)
        assert seen.as_expected, seen.told()
        assert {finding.endpoint for finding in seen.findings} == {Endpoint.ZIP}


@pytest.mark.parametrize("right", [True, False])
async def test_pinned_hashes_do_without_a_database(right: bool, watch: Watch) -> None:
    """They decide where nothing else does; where they are wrong too, the mirror is accused."""
    release = CATALOGUE.release(*STABLE)
    assert release is not None
    pinned = release.mod_sum if right else f"h1:{'A' * 43}="
    async with World.open(mirrors=("goproxy",)) as world:
        watching = watch(world, canaries={"stable": [_canary(mod=pinned)]})
        seen = await watching.run("goproxy", *COMPARING)
    assert seen.found == (set() if right else {"integrity.mod_hash_mismatch"})
    for finding in seen.findings:
        assert finding.evidence["expected_from"] == "pinned in the configuration"
        assert "record" not in finding.evidence


async def test_a_mistyped_pin_accuses_nobody(watch: Watch) -> None:
    """What the database was proven to have counts; that the pin is another one is told."""
    async with World.open(mirrors=("goproxy",), extensions=(Database(),)) as world:
        watching = watch(world, canaries={"stable": [_canary(zip=f"h1:{'A' * 43}=")]})
        seen = await watching.run("goproxy", *COMPARING)
    assert seen.found == set(), seen.told()
    told = [seen.of(name).facts["pins_contradicted"] for name in COMPARING[:2]]
    assert told == [["zip of github.com/josharian/intern@v1.0.0"]] * 2


async def test_without_anything_to_compare_with_nothing_is_asked(watch: Watch) -> None:
    """No database, or one that cannot be reached, and no pins: no request and no word."""
    async with World.open(mirrors=("goproxy",)) as world:
        checks = watch(world).settings.checks
        assert CheckName.CHECKSUM not in {check.name for check in checks}
        assert not any(
            {Code.INTEGRITY_ZIP_HASH_MISMATCH, Code.INTEGRITY_MOD_HASH_MISMATCH} & codes_of(check)
            for check in checks
        )
    async with World.open(mirrors=("golang",), extensions=(Database(),)) as world:
        world.switch(DATABASE, "http.5xx")
        watching = watch(world)
        seen = await watching.run("golang", CheckName.CHECKSUM)
        assert seen.result.exchanges == ()
        assert seen.found == set()


async def test_offending_bytes_are_kept(watch: Watch, tmp_path: Path) -> None:
    """Each file once, under its digest, and the evidence says where."""
    async with World.open(mirrors=("goproxy",), extensions=(Database(),)) as world:
        watching = watch(world)
        watching.locker = Locker(tmp_path)
        await watching.tried("goproxy", "integrity.zip_hash_mismatch", CheckName.ZIP)
        seen = await watching.run("goproxy", CheckName.ZIP, CheckName.LARGE_ZIP)
    sizes = {str(path): path.stat().st_size for path in (tmp_path / FOLDER).iterdir()}
    assert sizes == {one.evidence["kept"]: one.evidence["bytes"] for one in seen.findings}
    digests = {one.evidence["sha256"] for one in seen.findings}
    assert {Path(path).name.removesuffix(".zip") for path in sizes} == digests


def _canary(**sums: str) -> dict[str, Any]:
    return {"module": STABLE[0], "version": STABLE[1], "sums": sums}


def _document(world: World) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(world.config_yaml())
    return document
