"""From what the entries of a GOPROXY list do to what an operator reads about the list."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from goproxy_exporter.simulator.extensions import Database
from goproxy_exporter.simulator.world import World

Start = Callable[..., Awaitable[Any]]
Configure = Callable[..., dict[str, Any]]

CHECKS = {"endpoints": "1s", "zip": "1s", "checksum": "1s", "sumdb": "1s"}
FIRST, SECOND = "goproxy", "athens"
COMMA, BAR = "comma", "bar"


def told(seen: Any, chain: str) -> tuple[float | None, ...]:
    """Give what the metrics say of a list: it works, by falling back, hiding what is tampered."""
    names = ("success", "fallback", "hides_tampering")
    return tuple(seen.one(f"goproxy_chain_{name}", chain=chain) for name in names)


async def chains_of(daemon: Any) -> dict[str, Any]:
    status, text = await daemon.get("/api/v1/mirrors")
    assert status == 200
    return {one["name"]: one for one in json.loads(text)["chains"]}


@pytest.mark.timeout(240)
async def test_one_separator_breaks_what_the_other_saves(
    start: Start, document_of: Configure, tmp_path: Path
) -> None:
    """The same fault ends builds after a comma; after a bar they survive, and what that hides is told."""
    directory = tmp_path / "world"
    directory.mkdir()
    terms: dict[str, Any] = {"mirrors": (FIRST, SECOND), "extensions": (Database(),)}
    async with World.open(directory=directory, **terms) as world:
        first, second = world.url(FIRST), world.url(SECOND)
        lists = [
            {"name": COMMA, "goproxy": f"{first},{second}"},
            {"name": BAR, "goproxy": f"{first}|{second}"},
        ]
        beat = {"interval": "1s", "timeout": "1s"}
        daemon = await start(document_of(world, checks=CHECKS, chains=lists, defaults=beat))
        works = (1.0, 0.0, 0.0)
        await daemon.until(lambda seen: told(seen, COMMA) == told(seen, BAR) == works)
        assert (await chains_of(daemon))[COMMA]["summary"].endswith("work")

        world.switch(FIRST, "semantics.notfound_is_error")
        await daemon.until(lambda seen: told(seen, COMMA)[0] == 0)
        await daemon.until(lambda seen: told(seen, BAR) == (1.0, 1.0, 0.0))
        chains = await chains_of(daemon)
        assert "answers 500" in chains[COMMA]["summary"]
        assert "so `,` never reaches athens.sim.test" in chains[COMMA]["summary"]
        assert "work, but only by falling back to athens.sim.test" in chains[BAR]["summary"]
        (broken,) = (one for one in chains[COMMA]["resources"] if one["ok"] is False)
        assert (broken["stopped_by"], broken["unreached"]) == (first, [second])

        world.switch(FIRST, "integrity.mod_hash_mismatch")
        await daemon.until(lambda seen: told(seen, BAR) == (1.0, 1.0, 1.0))
        await daemon.until(lambda seen: told(seen, COMMA) == (0.0, 0.0, 0.0))
        chains = await chains_of(daemon)
        hidden = [{"entry": first, "code": "integrity.mod_hash_mismatch"}]
        assert (chains[BAR]["hidden_tampering"], chains[COMMA]["hidden_tampering"]) == (hidden, [])

        world.switch(FIRST)
        await daemon.until(lambda seen: told(seen, COMMA) == told(seen, BAR) == works)
