"""Board: is every mirror all right, and if not, which one, why and since when?"""

from grafana_foundation_sdk.builders.stat import Panel as Number
from grafana_foundation_sdk.builders.table import Panel as Table
from grafana_foundation_sdk.models.common import BigValueTextMode
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue

from boards import causes, frame, panel, sights
from boards.columns import centred, joined, leading, measured, sorted_by, styled, wide, worded
from boards.look import (
    ANY_IS_BAD,
    DECIDES,
    ENDS,
    MARKS,
    NUMBERS,
    ODDS,
    STATE,
    STATES,
    UNKNOWN,
    thresholds,
    words,
)
from boards.places import MIRROR
from boards.query import last, of, over, own
from goproxy_exporter.model.names import Axis, State

_OPEN = (State.HEALTHY, State.DEGRADED, State.UNUSABLE, State.DANGEROUS, State.UNKNOWN)
_PRIMARY = "goproxy_mirror_primary_cause_info"


def board() -> frame.Board:
    """Build it."""
    built = frame.board(
        "goproxy-overview",
        "Overview",
        "Is every mirror all right, and if not, which one, why and since when?",
    )
    built.dashboard.with_panel(_counted()).with_panel(_chains()).with_panel(_odds()).with_panel(
        _certificate()
    ).with_panel(_matrix()).with_panel(causes.listed().span(12).height(8)).with_panel(
        states()
    ).with_panel(_failing()).with_panel(_slow()).with_panel(causes.told().span(24).height(8))
    return built


def _counted() -> Number:
    counted = panel.number(
        "Mirrors by state",
        "How many mirrors are in each state. Of several exporters the worst sight counts.",
        "short",
    ).text_mode(BigValueTextMode.VALUE_AND_NAME)
    for ref, state in zip("ABCDE", _OPEN, strict=True):
        number = f"count({sights.state()} == {NUMBERS[state]}) or vector(0)"
        counted.with_target(last(number, str(state), ref))
        steps = thresholds({None: UNKNOWN, 1: STATES[state]}).build()
        counted.override_by_name(str(state), [DynamicConfigValue("thresholds", steps)])
    return counted.span(12)


def _chains() -> Number:
    broken = f"sum(1 - min by (chain) ({own('goproxy_chain_success')}))"
    return (
        panel.number(
            "Broken chains",
            "GOPROXY lists with which builds do not find what they need now.",
            "short",
        )
        .with_target(last(broken))
        .thresholds(thresholds(ANY_IS_BAD))
        .no_value("no chains")
    )


def _odds() -> Number:
    return (
        panel.number(
            "Worst build success",
            "Chance that a build of 100 requests survives on the mirror where it is lowest.",
            "percentunit",
        )
        .with_target(last(f"min({sights.odds()})"))
        .thresholds(thresholds(ODDS))
        .decimals(1)
    )


def _certificate() -> Number:
    return (
        panel.number(
            "Next certificate ends in",
            "Time until the first certificate chain of any mirror's host ends.",
            "s",
        )
        .with_target(last(f"min({sights.left()})"))
        .thresholds(thresholds(ENDS))
    )


def _matrix() -> Table:
    letters = dict(zip("BCDEF", Axis, strict=True))
    healthy = f"0 * max by (mirror) ({of('goproxy_mirror_state', state='~healthy|unknown')} == 1)"
    primary = f"max by (mirror, cause) ({of(_PRIMARY)})"
    table = panel.rows(
        "Mirrors",
        "State of each mirror, and the five questions behind it: does it answer (up), are its "
        "answers what go needs (right), does it show new versions (fresh), can go.sum be completed "
        "through it (verifiable), do builds succeed with it alone (usable). Empty where nothing "
        "could be judged.",
        {
            "A": sights.state(),
            **{ref: sights.axis(axis) for ref, axis in letters.items()},
            "G": f'{primary} or on (mirror) label_replace({healthy}, "cause", "none", "", "")',
            "H": sights.odds(),
            "I": sights.slowest("mirror"),
        },
    )
    names = {
        "mirror": "mirror",
        "A": "state",
        **{ref: str(axis) for ref, axis in letters.items()},
        "cause": "primary cause",
        "H": "build success",
        "I": "slow requests (p95)",
    }
    styles = {
        "mirror": leading("Mirror detail", MIRROR),
        "state": worded(STATE) + centred() + wide(110),
        "build success": measured("percentunit", ODDS) + wide(120),
        "slow requests (p95)": measured("s") + wide(170),
        **{str(axis): worded(_marks(axis)) + centred() + wide(90) for axis in Axis},
    }
    return styled(sorted_by(joined(table, "mirror", names), "state"), styles).height(8)


def _marks(axis: Axis) -> dict[str, tuple[str, str]]:
    return DECIDES if axis is Axis.USABLE else MARKS


def states() -> panel.History:
    """Show the state of each mirror over time."""
    return (
        panel.history(
            "States over time",
            "State of each mirror; of several exporters the worst sight counts.",
        )
        .with_target(over(sights.state(), "{{mirror}}"))
        .mappings(words(STATE))
    )


def _failing() -> panel.Lines:
    return panel.lines(
        "Requests that failed",
        "Share of the exporter's requests that got a 5xx, a 429 or no complete answer. With a list "
        "like a,b each of them ends a build; with a|b the next mirror is asked.",
        "percentunit",
    ).with_target(over(sights.failing(), "{{mirror}}"))


def _slow() -> panel.Lines:
    return panel.lines(
        "Slow requests (p95)",
        "What 95 of 100 requests stay below, redirects and body included.",
        "s",
    ).with_target(over(sights.slowest("mirror"), "{{mirror}}"))
