"""Board: which certificates end soon, which are refused, and where do redirects lead?"""

from grafana_foundation_sdk.builders.table import Panel as Table

from boards import causes, frame, panel, sights
from boards.columns import arranged, leading, measured, merged, sorted_by, styled, wide, worded
from boards.look import (
    ANY_IS_BAD,
    BAD,
    DAY,
    ENDS,
    GOOD,
    HOLDS,
    WARNING,
    thresholds,
    words,
)
from boards.mirror import redirects
from boards.places import MIRROR
from boards.query import last, of, over

_CAUSES = "tls[.].+|redirect[.].+|transport[.]plaintext"
_VERIFIED = f"min by (mirror, host) ({of('goproxy_tls_verified')})"


def board() -> frame.Board:
    """Build it."""
    built = frame.board(
        "goproxy-tls",
        "TLS and redirects",
        "Which certificates end soon, which are refused, and how far do redirects lead?",
    )
    for one in (
        panel.number(
            "Refused hosts",
            "Hosts whose certificate go refuses now: of mirrors, and of what they redirect to.",
            "short",
        )
        .with_target(last(f"sum(1 - {_VERIFIED})"))
        .thresholds(thresholds(ANY_IS_BAD))
        .no_value("no TLS"),
        panel.number(
            "Next certificate ends in",
            "Time until the first certificate chain of any host ends.",
            "s",
        )
        .with_target(last(f"min({sights.left()})"))
        .thresholds(thresholds(ENDS))
        .no_value("no TLS")
        .span(5),
        panel.number(
            "Ending within 14 days", "Hosts whose certificate chain ends within 14 days.", "short"
        )
        .with_target(last(f"count({sights.left()} < {14 * DAY}) or vector(0)"))
        .thresholds(thresholds({None: GOOD, 1: WARNING}))
        .span(5),
        panel.number("Slowest handshake", "Longest TLS handshake of a mirror in its last run.", "s")
        .with_target(last(f"max({of('goproxy_request_phase_seconds', phase='tls')})"))
        .thresholds(thresholds({None: GOOD, 1: WARNING, 5: BAD}))
        .no_value("no TLS")
        .span(5),
        panel.number("Most redirects", "Most redirects that one request followed.", "short")
        .with_target(last(f"max({of('goproxy_request_redirects')})"))
        .thresholds(thresholds({None: GOOD, 3: WARNING, 9: BAD}))
        .span(5),
        _hosts(),
        causes.listed(_CAUSES).span(12).height(9),
        _remaining(),
        _handshakes(),
        panel.history(
            "Certificates accepted", "Whether go accepts the certificate of each host, over time."
        )
        .with_target(over(_VERIFIED, "{{mirror}}  {{host}}"))
        .mappings(words(HOLDS)),
        redirects(
            f"max by (mirror, endpoint) ({of('goproxy_request_redirects')}) > 0",
            "{{mirror}}  {{endpoint}}",
        ),
    ):
        built.dashboard.with_panel(one)
    return built


def _hosts() -> Table:
    ends = f"min by (mirror, host) ({of('goproxy_tls_not_after_timestamp_seconds')}) * 1000"
    table = panel.rows(
        "Certificates",
        "Each host that was met, redirects included: is its certificate accepted, and when does its "
        "chain end.",
        {"A": _VERIFIED, "B": sights.left(), "C": ends},
    )
    names = {
        "mirror": "mirror",
        "host": "host",
        "Value #A": "accepted",
        "Value #B": "ends in",
        "Value #C": "end",
    }
    styles = {
        "mirror": leading("Mirror detail", MIRROR) + wide(130),
        "accepted": worded(HOLDS, back=False) + wide(90),
        "ends in": measured("s", ENDS) + wide(120),
        "end": measured("dateTimeAsIso") + wide(180),
    }
    return (
        styled(sorted_by(arranged(merged(table), names), "ends in", falling=False), styles)
        .span(12)
        .height(9)
    )


def _remaining() -> panel.Lines:
    return panel.line_at_thresholds(
        panel.lines(
            "Time until certificates end",
            "Falls day by day and rises when a certificate is renewed.",
            "s",
        )
        .with_target(over(sights.left(), "{{mirror}}  {{host}}"))
        .thresholds(thresholds(ENDS))
        .fill_opacity(0)
    )


def _handshakes() -> panel.Lines:
    spent = of("goproxy_request_phase_seconds", phase="tls")
    return panel.lines(
        "TLS handshakes", "Time of the handshakes in the last run, redirects included.", "s"
    ).with_target(over(f"max by (mirror) ({spent})", "{{mirror}}"))
