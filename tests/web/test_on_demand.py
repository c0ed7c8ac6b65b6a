"""What is the matter with one mirror, asked right now?"""

import asyncio
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.names import CheckName
from goproxy_exporter.web.patience import UNSAID, patience

HEADER = "X_Prometheus_Scrape_Timeout_Seconds"


def read(text: str) -> dict[str, Any]:
    families = list(text_string_to_metric_families(text))
    return {family.name: family for family in families}


async def test_a_probe_runs_the_checks_and_stores_the_results(world: Any, open_site: Any) -> None:
    """The answer is what was found just now; the store has it too."""
    world.codes = (Code.SEMANTICS_SOFT200,)
    async with open_site() as visit:
        status, body, _ = await visit.get("/probe?target=m")
    assert status == 200
    assert len(world.runs) == 1
    assert read(body)["goproxy_probe_success"].samples[0].value == 0
    assert world.store.last("m", CheckName.ENDPOINTS) is not None


async def test_only_gauges_of_that_mirror_are_given(world: Any, open_site: Any) -> None:
    """Counters of one replica would look like resets next to another's; the process is not asked."""
    world.keep("m", "other")
    async with open_site() as visit:
        _, body, _ = await visit.get("/probe?target=m")
    families = read(body)
    assert {family.type for family in families.values()} == {"gauge"}
    assert families["goproxy_probe_success"].samples[0].value == 1
    assert families["goproxy_probe_duration_seconds"].samples[0].value >= 0
    labels = [each.labels for family in families.values() for each in family.samples]
    assert {each["mirror"] for each in labels if each} == {"m"}
    assert not [name for name in families if name.startswith(("goproxy_exporter", "process"))]


async def test_concurrent_probes_share_a_run(world: Any, open_site: Any) -> None:
    """Three scrapers, one look at the mirror."""
    world.hold = asyncio.Event()
    async with open_site() as visit:
        asking = [asyncio.create_task(visit.get("/probe?target=m")) for _ in range(3)]
        for _ in asking:
            await visit.schedule.asked.acquire()
        world.hold.set()
        answers = await asyncio.gather(*asking)
    assert [status for status, _, _ in answers] == [200, 200, 200]
    assert len(world.runs) == 1


async def test_what_does_not_fit_shows_what_is_stored(world: Any, open_site: Any) -> None:
    """The answer comes within the scrape timeout; the run goes on and reaches the store later."""
    world.fill(Code.SEMANTICS_SOFT200)
    world.hold = asyncio.Event()
    async with open_site() as visit:
        status, body, _ = await visit.get("/probe?target=m", **{HEADER: "0.05"})
        assert status == 200
        families = read(body)
        # Who does not heed the scraper waits until the check ends, and it does not end.
        assert families["goproxy_probe_duration_seconds"].samples[0].value < UNSAID
        states = {
            each.labels["state"]: each.value for each in families["goproxy_mirror_state"].samples
        }
        assert states["unusable"] == 1
        world.hold.set()


async def test_without_any_result_success_is_0(world: Any, open_site: Any) -> None:
    """Nothing known is no success, and no state but unknown."""
    world.hold = asyncio.Event()
    async with open_site() as visit:
        _, body, _ = await visit.get("/probe?target=m", **{HEADER: "0.02"})
        assert read(body)["goproxy_probe_success"].samples[0].value == 0
        world.hold.set()


@pytest.mark.parametrize("value", ["soon", "", "nan", "inf", "-1", "0", "1e999", "0x10", "1,5"])
async def test_a_timeout_that_is_none_is_refused(visit: Any, world: Any, value: str) -> None:
    """A scraper that says nonsense is told so, and no mirror is bothered."""
    status, body, _ = await visit.get("/probe?target=m", **{HEADER: value})
    assert status == 400
    assert "Scrape-Timeout" in body
    assert world.runs == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/probe", 400),
        ("/probe?target=", 400),
        ("/probe?target=m&target=m", 400),
        ("/probe?target=http://169.254.169.254/", 404),
        ("/probe?target=M", 404),
        ("/probe?target=%1b%5b31m", 404),
    ],
)
async def test_only_configured_mirrors_are_probed(visit: Any, path: str, expected: int) -> None:
    """Nobody can make this server ask anything else."""
    status, body, response = await visit.get(path)
    assert status == expected
    assert response.content_type == "text/plain"
    assert "\x1b" not in body


@pytest.mark.parametrize(
    ("header", "expected"),
    [("10", 9.5), ("0.6", 0.3), ("0.5", 0.25), ("0.001", 0.0005), ("1e9", 600.0), (None, 120.0)],
)
def test_patience_is_positive_and_below_the_scrapers(header: str | None, expected: float) -> None:
    """The offset is taken off, but never more than half."""
    assert patience(header, 0.5) == pytest.approx(expected)


async def test_a_mirror_without_checks_is_shown_as_it_is(world: Any, open_site: Any) -> None:
    """All checks may be disabled."""
    world.keep("m", checks=())
    async with open_site() as visit:
        status, body, _ = await visit.get("/probe?target=m")
    assert status == 200
    assert read(body)["goproxy_probe_success"].samples[0].value == 0
