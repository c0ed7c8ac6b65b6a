"""What the next inspection knows of this one."""

from dataclasses import replace
from pathlib import Path

import pytest

from goproxy_exporter.model.chain import Chain, ChainVerdict
from goproxy_exporter.model.names import State
from goproxy_exporter.report.change import changes, read_earlier, standings
from goproxy_exporter.report.document import render_json
from goproxy_exporter.report.report import Notification, Report

CHAIN = ChainVerdict(chain=Chain(name="ci", goproxy="off"), ok=False)


@pytest.fixture
def path(report: Report, tmp_path: Path) -> Path:
    """Give a report with a list and databases, written as JSON."""
    whole = replace(
        report,
        chains=(CHAIN,),
        checksum_databases=report.mirrors[:1],
        vulnerability_databases=report.mirrors[1:],
        notifications=(
            Notification(id="a", to="slack (h.example)", ok=True, detail="status 200"),
            Notification(id="b", to="json (h.example)", ok=False, detail="status 500"),
        ),
    )
    path = tmp_path / "report.json"
    path.write_text(render_json(whole), encoding="utf-8")
    return path


def test_the_document_says_all_that_the_next_inspection_has_to_know(
    report: Report, path: Path
) -> None:
    """States, primary causes, lists, and who was not told: as they were."""
    earlier = read_earlier(path)

    assert earlier is not None
    assert earlier.untold == {"b"}
    assert earlier.standings.items() >= standings(report).items()
    assert earlier.standings["chains", "ci"] == ("false", None)
    assert earlier.standings["checksum_databases", "broken"] == ("unusable", "tls.expired")
    assert changes(earlier, report) == (), "what is no longer asked is no change"


def test_another_state_or_another_cause_is_a_change(report: Report, path: Path) -> None:
    """With what it was before; a list that builds again is one too."""
    earlier = read_earlier(path)
    [broken, idle] = report.mirrors
    worse = replace(broken, verdict=replace(broken.verdict, state=State.DANGEROUS))
    other = replace(idle, verdict=replace(idle.verdict, state=State.HEALTHY))
    now = replace(report, mirrors=(worse, other), chains=(replace(CHAIN, ok=True),))

    assert [(one.subject, one.before, one.now) for one in changes(earlier, now)] == [
        (("mirrors", "broken"), ("unusable", "tls.expired"), ("dangerous", "tls.expired")),
        (("mirrors", idle.mirror.name), ("unknown", None), ("healthy", None)),
        (("chains", "ci"), ("false", None), ("true", None)),
    ]


def test_a_report_without_the_newer_keys_is_read(path: Path) -> None:
    """Keys are only ever added: a report of an earlier version lacks the last of them."""
    text = path.read_text(encoding="utf-8")
    head, _, _ = text.partition(',\n  "notifications"')
    path.write_text(head + "\n}\n", encoding="utf-8")

    earlier = read_earlier(path)

    assert earlier is not None
    assert earlier.untold == frozenset()
    assert earlier.standings
