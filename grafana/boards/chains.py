"""Board: which GOPROXY lists build, and which need a fallback?"""

from grafana_foundation_sdk.builders.table import Panel as Table

from boards import frame, overview, panel, sights
from boards.columns import centred, joined, measured, styled, wide, worded
from boards.look import (
    ANY_IS_BAD,
    ANY_IS_WORST,
    GOOD,
    HOLDS,
    ODDS,
    WARNING,
    WORST,
    thresholds,
    words,
)
from boards.query import last, of_chain, over

_FALLBACK = f"max by (chain) ({of_chain('goproxy_chain_fallback')})"
_HIDES = f"max by (chain) ({of_chain('goproxy_chain_hides_tampering')})"
_BUILDS = sights.chain("goproxy_chain_success")
_ODDS = sights.chain("goproxy_chain_build_success_ratio")
_NEEDED = {"0": ("no", GOOD), "1": ("yes", WARNING)}
_HIDDEN = {"0": ("no", GOOD), "1": ("yes", WORST)}


def board() -> frame.Board:
    """Build it."""
    built = frame.with_chain(
        frame.board(
            "goproxy-chains",
            "GOPROXY chains",
            "Which GOPROXY lists build, which need a fallback, and how likely is it that a build survives?",
        )
    )
    for one in (
        panel.number(
            "Broken chains", "Lists with which builds do not find what they need now.", "short"
        )
        .with_target(last(f"sum(1 - {_BUILDS})"))
        .thresholds(thresholds(ANY_IS_BAD))
        .no_value("no chains")
        .span(6),
        panel.number(
            "Chains on a fallback",
            "Lists of which another entry than the first had to answer. Builds succeed, and take "
            "longer or lean on one entry less.",
            "short",
        )
        .with_target(last(f"sum({_FALLBACK})"))
        .thresholds(thresholds({None: GOOD, 1: WARNING}))
        .no_value("no chains")
        .span(6),
        panel.number(
            "Chains that hide tampering",
            "Lists in which | passes in silence over an entry that contradicts the checksum "
            "database.",
            "short",
        )
        .with_target(last(f"sum({_HIDES})"))
        .thresholds(thresholds(ANY_IS_WORST))
        .no_value("no chains")
        .span(6),
        panel.number(
            "Worst build success",
            "Chance that a build of 100 requests survives the list for which it is lowest.",
            "percentunit",
        )
        .with_target(last(f"min({_ODDS})"))
        .thresholds(thresholds(ODDS))
        .decimals(1)
        .span(6),
        _lists(),
        _history("Builds over time", "Whether builds find what they need.", _BUILDS, HOLDS),
        _history(
            "Fallbacks over time",
            "Whether another entry than the first had to answer for something.",
            _FALLBACK,
            _NEEDED,
        ),
        _likely("Build success by chain", "list", _ODDS, "{{chain}}"),
        _likely("Build success by mirror", "mirror alone", sights.odds(), "{{mirror}}"),
        overview.states().span(24).height(7),
    ):
        built.dashboard.with_panel(one)
    return built


def _lists() -> Table:
    table = panel.rows(
        "Chains",
        "Each configured GOPROXY list: do builds find everything, is a fallback needed, how likely a "
        "build of 100 requests survives, and whether | hides an entry that serves wrong bytes. "
        "Empty where an answer that decides is not known.",
        {"A": _BUILDS, "B": _FALLBACK, "C": _ODDS, "D": _HIDES},
    )
    names = {
        "chain": "chain",
        "A": "builds",
        "B": "on a fallback",
        "C": "build success",
        "D": "hides tampering",
    }
    styles = {
        "builds": worded(HOLDS) + centred() + wide(140),
        "on a fallback": worded(_NEEDED, back=False),
        "build success": measured("percentunit", ODDS),
        "hides tampering": worded(_HIDDEN, back=False),
    }
    return styled(joined(table, "chain", names), styles).height(6)


def _history(
    title: str, why: str, expr: str, meanings: dict[str, tuple[str, str]]
) -> panel.History:
    return (
        panel.history(title, why)
        .with_target(over(expr, "{{chain}}"))
        .mappings(words(meanings))
        .no_value("No GOPROXY list is configured.")
        .height(6)
    )


def _likely(title: str, what: str, expr: str, legend: str) -> panel.Lines:
    return panel.line_at_thresholds(
        panel.lines(
            title,
            f"Chance that a build of 100 requests survives on this {what}, by what was seen lately.",
            "percentunit",
        )
        .with_target(over(expr, legend))
        .thresholds(thresholds(ODDS))
        .max(1)
        .fill_opacity(0)
    )
