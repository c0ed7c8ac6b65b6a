"""Board: how long until a new version can be seen through each mirror?"""

from grafana_foundation_sdk.builders.heatmap import Panel as Heatmap
from grafana_foundation_sdk.builders.stat import Panel as Number
from grafana_foundation_sdk.builders.table import Panel as Table

from boards import causes, frame, panel
from boards.columns import joined, leading, measured, styled
from boards.look import GOOD, LACKS, LAG, WARNING, thresholds, words
from boards.places import MIRROR
from boards.query import buckets, grown, last, of, over

_CAUSES = "freshness[.].+|sumdb[.](lookup_)?stale"
_LAG = "goproxy_freshness_lag_seconds"
_SLOTS = {"A": "list", "B": "latest", "C": "info", "D": "sumdb_lookup"}


def board() -> frame.Board:
    """Build it."""
    built = frame.board(
        "goproxy-freshness",
        "Freshness",
        "How long until a new version can be seen in each mirror's list, @latest, .info and "
        "checksum lookup?",
    )
    for one in (
        *_numbers(),
        _slots(),
        causes.listed(_CAUSES).span(12).height(8),
        _lag(),
        _visible(),
        _propagation(),
        _quantiles(),
        causes.told(_CAUSES).span(24).height(6),
    ):
        built.dashboard.with_panel(one)
    return built


def _numbers() -> tuple[Number, ...]:
    per_mirror = f"max by (mirror) ({of(_LAG)})"
    return (
        panel.number(
            "Worst lag",
            "Age of the oldest published version that some mirror does not show yet.",
            "s",
        )
        .with_target(last(f"max({of(_LAG)})"))
        .thresholds(thresholds(LAG))
        .no_value("not looked at")
        .span(6),
        panel.number("Mirrors behind", "Mirrors that lack a published version now.", "short")
        .with_target(last(f"sum({per_mirror} > bool 0)"))
        .thresholds(thresholds({None: GOOD, 1: WARNING}))
        .no_value("not looked at")
        .span(6),
        panel.number(
            "Fresh mirrors",
            "Share of the mirrors that show what they should, within what their caches may keep.",
            "percentunit",
        )
        .with_target(
            last(f"avg(min by (mirror) ({of('goproxy_mirror_axis_success', axis='fresh')}))")
        )
        .thresholds(thresholds({None: WARNING, 1: GOOD}))
        .no_value("not looked at")
        .span(6),
        panel.number(
            "Versions seen to arrive",
            "Sightings of versions that became visible in this time, over all endpoints.",
            "short",
        )
        .with_target(
            last(f"sum(increase({of('goproxy_freshness_propagation_seconds_count')}[$__range]))")
        )
        .decimals(0)
        .no_value("not looked at")
        .span(6),
    )


def _slots() -> Table:
    table = panel.rows(
        "Lag by mirror and place",
        "Age of the oldest published version that each place does not show yet; 0 where all are "
        "there, empty where nobody looked.",
        {ref: f"max by (mirror) ({of(_LAG, endpoint=slot)})" for ref, slot in _SLOTS.items()},
    )
    styles = {
        "mirror": leading("Mirror detail", MIRROR),
        **{slot: measured("s", LAG) for slot in _SLOTS.values()},
    }
    return styled(joined(table, "mirror", {"mirror": "mirror", **_SLOTS}), styles).span(12)


def _lag() -> panel.Lines:
    return panel.line_at_thresholds(
        panel.lines(
            "Lag",
            "Age of the oldest published version that is not visible; it grows until it is there. "
            "From an hour on it is a cause.",
            "s",
        )
        .with_target(over(f"max by (mirror) ({of(_LAG)})", "{{mirror}}"))
        .thresholds(thresholds(LAG))
    )


def _visible() -> panel.History:
    fresh = of("goproxy_mirror_axis_success", axis="fresh")
    return (
        panel.history("Fresh over time", "Whether each mirror showed what it should.")
        .with_target(over(f"min by (mirror) ({fresh})", "{{mirror}}"))
        .mappings(words(LACKS))
    )


def _propagation() -> Heatmap:
    spread = grown(of("goproxy_freshness_propagation_seconds_bucket"))
    return panel.density(
        "Time to visibility",
        "How many versions became visible how long after their publication.",
        "s",
    ).with_target(buckets(f"sum by (le) ({spread})"))


def _quantiles() -> panel.Lines:
    spread = of("goproxy_freshness_propagation_seconds_bucket")
    return (
        panel.lines(
            "Time to visibility (p90)",
            "What 9 of 10 versions that arrived in this time stayed below, by mirror and by place.",
            "s",
        )
        .with_target(
            over(
                "histogram_quantile(0.9, sum by (mirror, endpoint, le) "
                f"(increase({spread}[$__range]))) >= 0",
                "{{mirror}}  {{endpoint}}",
            )
        )
        .no_value("No version arrived in this time.")
    )
