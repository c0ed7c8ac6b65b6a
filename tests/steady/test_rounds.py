"""Nothing healthy is ever accused, however often it is asked and however unevenly it answers."""

import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from goproxy_exporter.model.names import State
from goproxy_exporter.model.result import Result
from goproxy_exporter.simulator.styles import STYLES

Watch = Callable[..., Any]
ROUNDS = int(os.environ.get("GOPROXY_EXPORTER_ROUNDS", "40"))
"""Rounds of all checks of one mirror, shared among the makes; ``make steady`` asks for a thousand."""
SECONDS = 20.0
"""That a round of all mirrors may take, on a machine that does other things too."""


def accused(result: Result) -> list[str]:
    """Say what a run held against its mirror, but for what the configuration accepts.

    What was found while the exporter noticed that it was the one in trouble is held against nobody.
    """
    if result.problems:
        return []
    accepted = result.check.mirror.accept
    return [
        f"{result.check.mirror.key} {result.check.name}: {finding.code}: {finding.summary}"
        for finding in result.findings
        if finding.code not in accepted
    ]


@pytest.mark.timeout(120 + int(SECONDS) * ROUNDS)
async def test_healthy_mirrors_of_every_make_are_healthy_every_time(watch: Watch) -> None:
    """Every state is `healthy` after every round, and no single run has anything to say.

    A list of mirrors may be unjudged where an answer did not come in time, but never fails.
    """
    jitter = dict.fromkeys(STYLES, ("healthy/jitter",))
    states: Counter[str] = Counter()
    held: list[str] = []
    async with watch(faults=jitter, slow_seconds=0.5, seed=ROUNDS) as watching:
        app = watching.app
        for _ in range(-(-ROUNDS // len(STYLES))):
            results = await watching.round()
            held += [words for result in results for words in accused(result)]
            assert all(result.skipped is None for result in results)
            now = app.clock.now()
            for name in app.store.mirrors:
                verdict = app.store.verdict(name, now)
                states[verdict.state] += 1
                held += [f"{name}: {cause.code}" for cause in verdict.causes if not cause.accepted]
            held += [chain.summary for chain in app.store.chains(now) if chain.ok is False]
    assert not held, "\n".join(held)
    assert set(states) == {State.HEALTHY}
    assert states.total() >= ROUNDS
