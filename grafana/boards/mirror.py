"""Board: what exactly does one mirror do, and where is time lost?"""

from grafana_foundation_sdk.builders.bargauge import Panel as Bars
from grafana_foundation_sdk.builders.common import ReduceDataOptions
from grafana_foundation_sdk.builders.dashboard import Row
from grafana_foundation_sdk.builders.heatmap import Panel as Heatmap
from grafana_foundation_sdk.builders.stat import Panel as Number
from grafana_foundation_sdk.builders.table import Panel as Table
from grafana_foundation_sdk.models.common import BigValueTextMode
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue

from boards import causes, frame, panel, sights
from boards.columns import joined, measured, styled, worded
from boards.look import BAD, GOOD, HOLDS, LACKS, ODDS, STATE, WARNING, thresholds, words
from boards.query import SOURCE, buckets, grown, last, of, over

PHASES = {
    "resolve": "purple",
    "connect": "blue",
    "tls": "light-blue",
    "processing": "orange",
    "transfer": "green",
}
CODES = {
    "2..": GOOD,
    "3..": "blue",
    "4..": "yellow",
    "404|410": "light-blue",
    "429": WARNING,
    "5..": BAD,
    "other": WARNING,
}
"""Of two that fit, the later one counts. 404 is the right answer to many questions."""


def board() -> frame.Board:
    """Build it: the same section for each mirror that is chosen."""
    built = frame.board(
        "goproxy-mirror",
        "Mirror",
        "What exactly does one mirror do, and where is time lost? Choose one, or see all below "
        "each other.",
    )
    built.dashboard.with_row(Row("$mirror").repeat("mirror"))
    for one in (
        *_standing(),
        _axes(),
        causes.listed().span(12).height(7),
        _checks_over_time(),
        _checks(),
        _phases(),
        _durations(),
        by_status(
            "Answers by status",
            "Complete final answers. 404 is right where something is asked for that does not exist.",
            of("goproxy_responses_total"),
        ),
        _failures(),
        _slow(),
        _redirects(),
        _throughput(),
        _budget(),
    ):
        built.dashboard.with_panel(one)
    return built


def _standing() -> tuple[Number, ...]:
    return (
        panel.number("State", "Worst state that any exporter sees now.", "none")
        .with_target(last(sights.state()))
        .mappings(words(STATE)),
        panel.number(
            "Primary cause", "The cause that matters most for the state; none when healthy.", "none"
        )
        .with_target(
            last(
                f"max by (cause) ({of('goproxy_mirror_primary_cause_info')})",
                "{{cause}}",
            )
        )
        .text_mode(BigValueTextMode.NAME)
        .thresholds(thresholds({None: WARNING}))
        .no_value("none")
        .span(6),
        panel.number(
            "Usable",
            "Share of this time in which builds succeed with this mirror alone.",
            "percentunit",
        )
        .with_target(
            last(
                f"avg(avg_over_time({of('goproxy_mirror_axis_success', axis='usable')}[$__range]))"
            )
        )
        .thresholds(thresholds({None: BAD, 0.99: WARNING, 0.999: GOOD}))
        .decimals(2)
        .span(3),
        panel.number(
            "Build success",
            "Chance that a build of 100 requests survives, by what was seen lately.",
            "percentunit",
        )
        .with_target(last(f"min({of('goproxy_build_success_ratio')})"))
        .thresholds(thresholds(ODDS))
        .decimals(1)
        .span(3),
        panel.number(
            "Build success, at least",
            "What that chance is at least, at 95 % confidence: low while few requests were seen.",
            "percentunit",
        )
        .with_target(last(f"min({of('goproxy_build_success_bound_ratio')})"))
        .decimals(1)
        .span(4),
        panel.number(
            "Certificate ends in", "Time until the first certificate chain of its hosts ends.", "s"
        )
        .with_target(last(f"min({sights.left()})"))
        .thresholds(thresholds({None: BAD, 3 * 86400: WARNING, 14 * 86400: GOOD}))
        .no_value("no TLS"),
    )


def _axes() -> panel.History:
    return (
        panel.history(
            "The five questions",
            "Does it answer (up), are its answers what go needs (right), does it show new versions "
            "(fresh), can go.sum be completed through it (verifiable), do builds succeed with it "
            "alone (usable).",
        )
        .with_target(over(f"min by (axis) ({of('goproxy_mirror_axis_success')})", "{{axis}}"))
        .mappings(words(LACKS))
        .override_by_name("usable", [DynamicConfigValue("mappings", words(HOLDS))])
        .height(7)
    )


def _checks_over_time() -> panel.History:
    return (
        panel.history(
            "Checks over time",
            "Whether each check asserted no cause; edges asks every address of the mirror.",
        )
        .with_target(over(f"min by (check) ({of('goproxy_check_success')})", "{{check}}"))
        .mappings(words(LACKS))
        .height(9)
    )


def _checks() -> Table:
    seen = {
        "A": f"min by (check) ({of('goproxy_check_success')})",
        "B": f"time() - max by (check) ({of('goproxy_check_last_run_timestamp_seconds')})",
        "C": f"time() - max by (check) ({of('goproxy_check_last_success_timestamp_seconds')})",
        "D": f"max by (check) ({of('goproxy_check_interval_seconds')})",
    }
    table = panel.rows(
        "Checks",
        "Each check: whether its last run asserted no cause, how long ago it ran, how long ago it "
        "last asserted none, and how often it should run.",
        seen,
    )
    names = {"check": "check", "A": "ok", "B": "ran", "C": "was ok", "D": "every"}
    styles = {
        "ok": worded(LACKS, back=False),
        "ran": measured("s"),
        "was ok": measured("s"),
        "every": measured("s"),
    }
    return styled(joined(table, "check", names), styles).span(12).height(9)


def _phases() -> panel.Lines:
    graph = panel.stacked(
        panel.lines(
            "Phases of a request",
            "Where the time of the list's request goes: the name, the connection, TLS, the "
            "mirror's own work until the first byte, the body. It opens the connection.",
            "s",
        )
    ).fill_opacity(60)
    for ref, (phase, colour) in zip("ABCDE", PHASES.items(), strict=True):
        spent = of("goproxy_request_phase_seconds", endpoint="list", phase=phase)
        graph.with_target(over(f"max({spent})", phase, ref))
        graph.override_by_name(phase, [fixed(colour)])
    return graph


def _durations() -> Heatmap:
    spread = grown(of("goproxy_request_duration_seconds_bucket"))
    return panel.density(
        "Duration of requests",
        "How many requests took how long, redirects and body included; all endpoints together.",
        "s",
    ).with_target(buckets(f"sum by (le) ({spread})"))


def by_status(title: str, why: str, answers: str) -> panel.Lines:
    """Count final answers by status, each class in its colour."""
    graph = panel.bars(title, why, "short").with_target(
        over(f"sum by (code) ({grown(answers)}) > 0", "{{code}}")
    )
    for codes, colour in CODES.items():
        graph.override_by_regexp(f"^({codes})$", [fixed(colour)])
    return graph.no_value("Nothing was answered in this time.")


def _failures() -> panel.Lines:
    return (
        panel.bars(
            "Requests without an answer",
            "Requests without a complete final answer, by what stopped them.",
            "short",
        )
        .with_target(
            over(
                f"sum by (reason) ({grown(of('goproxy_request_failures_total'))}) > 0",
                "{{reason}}",
            )
        )
        .no_value("Every request was answered.")
    )


def _slow() -> panel.Lines:
    return panel.lines(
        "Slow requests (p95)",
        "What 95 of 100 requests to each endpoint stay below.",
        "s",
    ).with_target(over(sights.slowest("endpoint"), "{{endpoint}}"))


def _redirects() -> Bars:
    return redirects(f"max by (endpoint) ({of('goproxy_request_redirects')}) > 0", "{{endpoint}}")


def redirects(expr: str, legend: str) -> Bars:
    """Compare how many redirects were followed."""
    return (
        Bars()
        .title("Redirects followed")
        .description("Redirects of the last request. go gives up after nine.")
        .datasource(SOURCE)
        .unit("short")
        .decimals(0)
        .min(0)
        .reduce_options(ReduceDataOptions().calcs(["lastNotNull"]))
        .with_target(last(expr, legend))
        .thresholds(thresholds({None: GOOD, 3: WARNING, 9: BAD}))
        .no_value("No request was redirected.")
        .height(8)
        .span(12)
    )


def _throughput() -> panel.Lines:
    return panel.line_at_thresholds(
        panel.lines(
            "Throughput of a large archive",
            "Speed of the large canary's body in its last run; below 100 kB/s it is a cause.",
            "Bps",
        )
        .with_target(
            over(
                f"min by (instance) ({of('goproxy_zip_throughput_bytes_per_second')})",
                "{{instance}}",
            )
        )
        .thresholds(thresholds({None: BAD, 100e3: GOOD}))
    )


def _budget() -> panel.Lines:
    left = of("goproxy_request_budget_remaining", kind="requests")
    size = of("goproxy_request_budget_remaining", kind="bytes")
    return (
        panel.lines(
            "Budget left in this hour",
            "What the exporter may still ask of this mirror; at 0 checks are skipped.",
            "short",
        )
        .with_target(over(f"min({left})", "requests"))
        .with_target(over(f"min({size})", "bytes", "B"))
        .override_by_name(
            "bytes",
            [
                DynamicConfigValue("unit", "bytes"),
                DynamicConfigValue("custom.axisPlacement", "right"),
            ],
        )
    )


def fixed(colour: str) -> DynamicConfigValue:
    """Give a series its own colour."""
    return DynamicConfigValue("color", {"mode": "fixed", "fixedColor": colour})
