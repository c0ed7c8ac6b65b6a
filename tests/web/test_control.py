"""Health, readiness, configuration and reload."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from goproxy_exporter.errors import ConfigError, Problem

Write = Callable[[str, str], Path]


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_reload_asks_the_app(visit: Any, world: Any, method: str) -> None:
    """POST and PUT, as with blackbox_exporter."""
    status, body, _ = await visit.get("/-/reload", method=method)
    assert (status, body) == (200, "reloaded\n")
    assert world.reloads == ["reload"]


async def test_a_bad_configuration_is_400_with_every_problem(visit: Any, world: Any) -> None:
    """Whoever asked for it sees what to mend, and where."""
    problems = tuple(Problem("c.yml", i, 3, "mirrors[0].url", f"wrong {i}") for i in (1, 2))
    world.reload_error = ConfigError(problems)
    status, body, _ = await visit.get("/-/reload", method="POST")
    assert status == 400
    for problem in problems:
        assert str(problem) in body


async def test_reload_reads_the_web_configuration_too(
    open_site: Any, world: Any, write: Write
) -> None:
    """One button for both files; the bad one changes nothing."""
    file = write("web.yml", "")
    async with open_site(config_file=str(file)) as visit:
        write("web.yml", "nonsense: 1\n")
        status, body, _ = await visit.get("/-/reload", method="POST")
        assert status == 400
        assert "web.yml:1:1: nonsense: unknown key" in body
        assert world.reloads == ["reload"]
        write("web.yml", "http_server_config: {headers: {X-XSS-Protection: '0'}}\n")
        status, _, response = await visit.get("/-/reload", method="POST")
        assert status == 200
        assert response.headers["X-XSS-Protection"] == "0"


async def test_a_long_configuration_holds_up_nobody(visit: Any, world: Any) -> None:
    """While it is being written, others are answered, and what is measured is measured."""
    begun, answered = threading.Event(), threading.Event()

    def slowly() -> str:
        begun.set()
        assert answered.wait(60)
        return "mirrors: [many]\n"

    world.write_config = slowly
    asked = asyncio.create_task(visit.get("/config"))
    assert await asyncio.to_thread(begun.wait, 60)
    assert (await visit.get("/-/healthy"))[0] == 200
    answered.set()
    assert (await asked)[:2] == (200, "mirrors: [many]\n")


@pytest.mark.parametrize(
    ("site", "expected"),
    [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)],
)
async def test_other_sites_cannot_press_the_button(
    visit: Any, world: Any, site: str, expected: int
) -> None:
    """A browser says where a request comes from."""
    status, _, _ = await visit.get("/-/reload", method="POST", Sec_Fetch_Site=site)
    assert status == expected
    assert bool(world.reloads) == (expected == 200)


async def test_ready_waits_for_every_mirror_and_says_for_which(world: Any, open_site: Any) -> None:
    """503 until each has a result."""
    world.keep("one", "two")
    async with open_site() as visit:
        status, body, _ = await visit.get("/-/ready")
        assert status == 503
        assert body.split() == ["503:", "no", "result", "yet", "for", "one", "two"]
        await visit.get("/probe?target=one")
        status, body, _ = await visit.get("/-/ready")
        assert status == 503
        assert body.split()[-1:] == ["two"]
        await visit.get("/probe?target=two")
        status, body, _ = await visit.get("/-/ready")
        assert (status, body) == (200, "ready\n")


async def test_ready_waits_for_the_configuration(world: Any, open_site: Any) -> None:
    """Before the first configuration is in use there is nothing to be ready with."""
    world.fill()
    world.loaded_at = None
    async with open_site() as visit:
        assert (await visit.get("/-/ready"))[0] == 503
        world.loaded_at = 1.0
        assert (await visit.get("/-/ready"))[0] == 200


async def test_without_a_schedule_nothing_is_waited_for(world: Any, open_site: Any) -> None:
    """Results come only when /probe is asked, and nobody asks a server that is not ready."""
    world.scheduled = False
    async with open_site() as visit:
        assert (await visit.get("/-/ready"))[0] == 200
        _, body, _ = await visit.get("/")
        assert "--no-schedule" in body


async def test_health_is_the_schedulers(world: Any, open_site: Any) -> None:
    """A process whose checks no longer run is not healthy, though it answers."""
    async with open_site() as visit:
        assert (await visit.get("/-/healthy"))[0] == 200
        visit.schedule.dead = True
        status, body, _ = await visit.get("/-/healthy")
        assert status == 503
        assert "not being run" in body


async def test_config_is_shown_as_text(visit: Any) -> None:
    """Browsers show it and run nothing of it."""
    _, body, response = await visit.get("/config")
    assert body == "mirrors: []\n"
    assert response.content_type == "text/plain"
