"""What do colours and words mean, on every board alike?"""

from collections.abc import Mapping
from typing import TypeAlias

from grafana_foundation_sdk.builders.dashboard import ThresholdsConfig
from grafana_foundation_sdk.models.dashboard import (
    Threshold,
    ThresholdsMode,
    ValueMap,
    ValueMapping,
    ValueMappingResult,
)

from goproxy_exporter.model.names import State

Steps: TypeAlias = Mapping[float | None, str] | Mapping[int | None, str] | Mapping[None, str]
"""Colours by the lowest value that has them; None is the beginning."""

GOOD, WARNING, BAD, WORST, PLAIN = "green", "orange", "red", "purple", "text"
UNKNOWN = "#7b8087"
CLEAR = "transparent"

STATES = {
    State.UNKNOWN: UNKNOWN,
    State.HEALTHY: GOOD,
    State.DEGRADED: WARNING,
    State.UNUSABLE: BAD,
    State.DANGEROUS: WORST,
}
NUMBERS = {state: number for number, state in enumerate(State)}
"""What stands for a state in queries: its place among them, worst last."""

DAY = 86400
ENDS = {None: BAD, 3 * DAY: WARNING, 14 * DAY: GOOD}
"""Seconds until a certificate ends."""
ODDS = {None: BAD, 0.9: WARNING, 0.99: GOOD}
"""Chance that a build of 100 requests succeeds."""
ANY_IS_BAD = {None: GOOD, 1: BAD}
ANY_IS_WORST = {None: GOOD, 1: WORST}
LAG = {None: GOOD, 3600: WARNING, DAY: BAD}
"""Seconds that a version has been published and not visible."""


def thresholds(steps: Steps) -> ThresholdsConfig:
    """Colour values from each bound on; None is the lowest."""
    return (
        ThresholdsConfig()
        .mode(ThresholdsMode.ABSOLUTE)
        .steps([Threshold(value=bound, color=colour) for bound, colour in steps.items()])
    )


def words(meanings: Mapping[str, tuple[str, str]]) -> list[ValueMapping]:
    """Show a word and a colour in place of a value."""
    options = {
        value: ValueMappingResult(text=text, color=colour, index=index)
        for index, (value, (text, colour)) in enumerate(meanings.items())
    }
    return [ValueMap(options=options)]


STATE = {str(NUMBERS[state]): (str(state), STATES[state]) for state in State}
HOLDS = {"1": ("yes", GOOD), "0": ("no", BAD)}
LACKS = {"1": ("yes", GOOD), "0": ("no", WARNING)}
"""The same where builds go on."""
MARKS = {"1": ("✓", CLEAR), "0": ("✗", WARNING)}
"""For cells of a matrix: only what is wrong has a colour."""
DECIDES = {"1": ("✓", CLEAR), "0": ("✗", BAD)}
"""The same where it decides whether builds succeed."""
