"""The JSON document keeps its contract."""

import json
from typing import Any

import pytest

from goproxy_exporter import GO_SEMANTICS, __version__
from goproxy_exporter.report.document import render_json
from goproxy_exporter.report.report import Report

TOP = {
    "schema",
    "exporter_version",
    "go_semantics",
    "vantage",
    "started",
    "finished",
    "rounds",
    "exit_code",
    "problems",
    "mirrors",
    "chains",
    "checksum_databases",
    "vulnerability_databases",
}
CAUSE = {
    "code",
    "severity",
    "id",
    "accepted",
    "blame",
    "since",
    "seen",
    "check",
    "endpoint",
    "module",
    "summary",
    "evidence",
    "advice",
    "runbook_url",
}
EXCHANGE = {"url", "endpoint", "hop", "status", "protocol", "address", "bytes", "phases"}


@pytest.fixture
def written(report: Report) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(render_json(report))
    return loaded


def test_every_key_of_the_contract_is_there(written: dict[str, Any]) -> None:
    """Readers outside rely on these keys: they never go away."""
    [broken, idle] = written["mirrors"]
    [check] = broken["checks"]

    assert set(written) >= TOP
    assert set(broken) >= {"name", "url", "state", "primary", "axes", "causes", "checks"}
    assert set(broken["causes"][0]) >= CAUSE
    assert set(check) >= {"check", "ok", "skipped_reason", "duration_seconds", "facts", "exchanges"}
    assert all(set(exchange) >= EXCHANGE for exchange in check["exchanges"])
    assert (written["schema"], written["exporter_version"]) == (1, __version__)
    assert written["go_semantics"] == GO_SEMANTICS
    assert idle["primary"] is None


def test_values_say_what_was_seen(written: dict[str, Any]) -> None:
    """States, axes, times and exit code are those of the report."""
    [broken, idle] = written["mirrors"]

    assert (broken["state"], broken["primary"], idle["state"]) == (
        "unusable",
        "tls.expired",
        "unknown",
    )
    assert broken["axes"] == {
        "up": False,
        "right": None,
        "fresh": None,
        "verifiable": None,
        "usable": False,
    }
    assert broken["causes"][0]["seen"] == {"matched": 2, "looked": 2}
    assert broken["causes"][0]["since"] == "2026-11-18T11:05:40.000Z"
    assert written["problems"] == [{"problem": "clock_skew", "detail": "90 s behind"}]
    assert written["exit_code"] == 1


def test_a_skipped_check_is_neither_good_nor_bad(written: dict[str, Any]) -> None:
    """`ok` is null where nothing was asked, and the reason is told."""
    [check] = written["mirrors"][1]["checks"]

    assert (check["ok"], check["skipped_reason"]) == (None, "retry_after")


def test_phases_that_did_not_happen_are_absent(written: dict[str, Any]) -> None:
    """A handshake that failed has no processing, and a reused connection resolved nothing."""
    exchanges = written["mirrors"][0]["checks"][0]["exchanges"]

    assert [set(exchange["phases"]) for exchange in exchanges] == [
        {"resolve", "connect", "tls"},
        {"processing", "transfer"},
        {"processing", "transfer"},
    ]


def test_each_hop_stands_for_itself(written: dict[str, Any]) -> None:
    """Hops are numbered within their exchange; a failure belongs to the hop that failed."""
    exchanges = written["mirrors"][0]["checks"][0]["exchanges"]

    assert [(each["hop"], each["status"]) for each in exchanges] == [(0, None), (0, 302), (1, 200)]
    assert [each["failure"] and each["failure"]["kind"] for each in exchanges] == [
        "tls_expired",
        None,
        None,
    ]


def test_certificate_facts_are_there_though_nothing_verified(written: dict[str, Any]) -> None:
    """An expired certificate is described all the same."""
    tls = written["mirrors"][0]["checks"][0]["exchanges"][0]["tls"]

    assert (tls["verified"], tls["chain"][0]["names"]) == (False, ["m.example"])
