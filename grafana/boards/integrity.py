"""Board: are files the right ones, and can go.sum be completed?"""

from grafana_foundation_sdk.builders.dashboard import Row
from grafana_foundation_sdk.builders.stat import Panel as Number
from grafana_foundation_sdk.builders.table import Panel as Table

from boards import causes, frame, panel
from boards.columns import centred, joined, leading, measured, styled, wide, worded
from boards.look import (
    ANY_IS_WORST,
    BAD,
    GOOD,
    MARKS,
    NUMBERS,
    STATE,
    WARNING,
    thresholds,
    words,
)
from boards.mirror import by_status
from boards.places import MIRROR
from boards.query import last, of, over, own
from goproxy_exporter.model.names import State

_CAUSES = "integrity[.].+|sumdb[.].+|semantics[.].+|module[.]missing|encoding[.].+"
_CHECKS = {"A": "checksum", "B": "zip", "C": "sumdb", "D": "endpoints", "E": "encoding"}
_FILES = "~checksum|zip"
"""The checks that compare files with the checksum database: go.mod files, and archives."""
_HOUR = 3600


def board() -> frame.Board:
    """Build it."""
    built = frame.board(
        "goproxy-integrity",
        "Integrity and checksum database",
        "Are files the right ones, by the signed checksum database, and can go.sum be completed "
        "through the mirror?",
    )
    for one in (
        *_numbers(),
        _matrix(),
        causes.listed(_CAUSES).span(12).height(9),
        _behind(),
        _age(),
        causes.told(_CAUSES),
        _relay(),
    ):
        built.dashboard.with_panel(one)
    built.dashboard.with_row(Row("Databases"))
    for history in (
        _database("sumdb", "Checksum database", "State of the checksum database itself."),
        _database("vulndb", "Vulnerability databases", "State of the vulnerability databases."),
        _lag(),
        _database_causes(),
    ):
        built.dashboard.with_panel(history)
    return built


def _numbers() -> tuple[Number, ...]:
    wrong = of("goproxy_mirror_cause", severity="dangerous")
    return (
        panel.number(
            "Dangerous causes",
            "Bytes, records or tree heads that contradict the signed checksum database. Must be 0: "
            "anything else is tampering, a re-tagged version or a broken store.",
            "short",
        )
        .with_target(last(f"sum(max by (mirror, cause) ({wrong}))"))
        .thresholds(thresholds(ANY_IS_WORST))
        .span(6),
        panel.number(
            "Mirrors with right files",
            "Share of the mirrors whose go.mod files and archives were compared with the checksum "
            "database in the last runs, without a cause.",
            "percentunit",
        )
        .with_target(last(f"avg(min by (mirror) ({of('goproxy_check_success', check=_FILES)}))"))
        .thresholds(thresholds({None: WARNING, 1: GOOD}))
        .no_value("not looked at")
        .span(6),
        panel.number(
            "Oldest good comparison",
            "Time since the files of the mirror that is worst off were last found right.",
            "s",
        )
        .with_target(last(f"max({_since()})"))
        .thresholds(thresholds({None: GOOD, _HOUR: WARNING, 6 * _HOUR: BAD}))
        .no_value("never")
        .span(6),
        panel.number(
            "Records in the checksum database",
            "Size of the signed tree that the database itself shows.",
            "locale",
        )
        .with_target(last(f"max({own('goproxy_sumdb_reference_tree_size')})"))
        .no_value("not looked at")
        .span(6),
    )


def _since() -> str:
    when = of("goproxy_check_last_success_timestamp_seconds", check=_FILES)
    return f"time() - min by (mirror) ({when})"


def _last(check: str) -> str:
    return f"min by (mirror) ({of('goproxy_check_success', check=check)})"


def _matrix() -> Table:
    table = panel.rows(
        "What was verified",
        "The last runs of the checks that look at content: hashes of go.mod files (checksum), of "
        "archives (zip), the relay's records and tiles (sumdb), answers (endpoints), escaped paths "
        "(encoding).",
        {ref: _last(check) for ref, check in _CHECKS.items()} | {"F": _since()},
    )
    names = {"mirror": "mirror", **_CHECKS, "F": "files were right"}
    styles = {
        "mirror": leading("Mirror detail", MIRROR) + wide(140),
        "files were right": measured("s"),
        **{check: worded(MARKS) + centred() + wide(90) for check in _CHECKS.values()},
    }
    return styled(joined(table, "mirror", names), styles).span(12).height(9)


def _behind() -> panel.Lines:
    behind = (
        f"scalar(max({own('goproxy_sumdb_reference_tree_size')}))"
        f" - min by (mirror) ({of('goproxy_sumdb_tree_size')})"
    )
    return panel.lines(
        "Records that relays lack",
        "How many records the tree head that each mirror relays is behind the database's own. A "
        "few are normal between two looks.",
        "short",
    ).with_target(over(behind, "{{mirror}}"))


def _age() -> panel.Lines:
    return panel.lines(
        "Time since files were right",
        "Since the last run of the checks that compare files with the checksum database that found "
        "nothing wrong.",
        "s",
    ).with_target(over(_since(), "{{mirror}}"))


def _relay() -> panel.Lines:
    return by_status(
        "Answers of relays by status",
        "Final answers to what go asks of a mirror's checksum database. A mirror that relays none "
        "says 404.",
        of("goproxy_responses_total", endpoint="~sumdb_.+"),
    )


def _database(kind: str, title: str, why: str) -> panel.History:
    parts = (
        f"{own(f'goproxy_{kind}_state', state=one)} * {NUMBERS[one]}"
        for one in State
        if one is not State.UNKNOWN
    )
    return (
        panel.history(title, f"{why} Whose fault is it: not the mirror's, if this is wrong.")
        .with_target(over(f"max by (database) ({' or '.join(parts)})", "{{database}}"))
        .mappings(words(STATE))
        .no_value("None is watched.")
        .height(5)
    )


def _lag() -> panel.Lines:
    return (
        panel.lines(
            "Lag of vulnerability databases",
            "How far each is behind its reference.",
            "s",
        )
        .with_target(
            over(f"max by (database) ({own('goproxy_vulndb_lag_seconds')})", "{{database}}")
        )
        .no_value("No mirror of a vulnerability database is watched.")
        .height(7)
    )


def _database_causes() -> panel.History:
    either = f"{own('goproxy_sumdb_cause')} or {own('goproxy_vulndb_cause')}"
    return (
        panel.history("Causes of databases over time", "When each cause of a database held.")
        .with_target(over(f"max by (database, cause) ({either}) == 1", "{{database}}  {{cause}}"))
        .mappings(words({"1": ("shown", WARNING)}))
        .no_value("No cause was shown in this time.")
        .height(7)
    )
