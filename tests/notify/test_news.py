"""Who has to hear of an inspection."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from goproxy_exporter.notify.destination import Destination, Occasion
from goproxy_exporter.notify.news import news_of
from goproxy_exporter.notify.origin import Origin
from goproxy_exporter.report.change import Earlier, standings
from goproxy_exporter.report.report import Report

To = Callable[[str], Destination]
Told = Callable[..., set[str]]


@pytest.fixture
def told(to: To) -> Told:
    """Tell on which occasions somebody hears of a report."""

    def told(
        report: Report, before: Report | None, untold: frozenset[str] = frozenset()
    ) -> set[str]:
        earlier = None if before is None else Earlier(standings=standings(before), untold=untold)
        news = news_of(report, earlier, Origin())
        written = {on: to(f"slack+https://h.example/#on={on}") for on in Occasion}
        return {str(on) for on, destination in written.items() if news.concerns(destination)}

    return told


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ("well", None, {"always", "success"}),
        ("ill", None, {"always", "failure", "change"}),
        ("ill", "ill", {"always", "failure"}),
        ("well", "well", {"always", "success"}),
        ("ill", "well", {"always", "failure", "change"}),
        ("well", "ill", {"always", "success", "change"}),
    ],
)
def test_each_occasion_is_what_it_says(
    told: Told, well: Report, ill: Report, now: str, before: str | None, expected: set[str]
) -> None:
    """Whatever lasts is no change; getting well is one."""
    reports = {"well": well, "ill": ill, None: None}

    assert told(reports[now], reports[before]) == expected


def test_a_failure_is_what_the_exit_code_says(told: Told, well: Report, ill: Report) -> None:
    """With --fail-on never, what was found is no failure; something unknown is one."""
    assert "success" in told(replace(ill, exit_code=0), ill)
    assert "failure" in told(replace(well, exit_code=3), well)


def test_a_change_that_was_not_delivered_is_still_news(told: Told, to: To, ill: Report) -> None:
    """The next inspection tells it again, to whom it did not reach."""
    change = to("slack+https://h.example/#on=change")

    assert "change" in told(ill, ill, frozenset({change.id}))
    assert "change" not in told(ill, ill, frozenset({"another"}))


def test_the_key_is_of_run_content_and_destination(to: To, well: Report, ill: Report) -> None:
    """A message that is sent again has the same; every other has one of its own."""
    one, other = to("slack+https://h.example/"), to("slack+https://h.example/2")
    run, later = Origin(run="1"), Origin(run="2")
    moved = replace(ill, started=ill.started + 9)

    def key(report: Report, origin: Origin, destination: Destination) -> str:
        return news_of(report, None, origin).key(destination)

    assert key(ill, run, one) == key(moved, run, one)
    keys = [key(ill, run, one), key(well, run, one), key(ill, later, one), key(ill, run, other)]
    assert len(set(keys)) == 4
    assert key(ill, Origin(), one) != key(moved, Origin(), one)


def test_what_is_healthy_at_first_sight_is_no_news(ill: Report) -> None:
    """Where nothing is known of earlier inspections, only what is wrong is new."""
    news = news_of(ill, None, Origin())

    assert [(one.subject, one.before) for one in news.changes] == [(("mirrors", "first"), None)]


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({}, Origin()),
        (
            {
                "GITHUB_SHA": "abc",
                "GITHUB_SERVER_URL": "https://git.example.com",
                "GITHUB_REPOSITORY": "team/repo",
                "GITHUB_RUN_ID": "7",
                "GITHUB_RUN_ATTEMPT": "2",
            },
            Origin(
                commit="abc",
                run="team/repo 7 2",
                url="https://git.example.com/team/repo/actions/runs/7",
            ),
        ),
        (
            {"CI_COMMIT_SHA": "abc", "CI_JOB_ID": "9", "CI_JOB_URL": "https://ci.example.com/9"},
            Origin(commit="abc", run="9", url="https://ci.example.com/9"),
        ),
        (
            {"GITHUB_SHA": "abc", "GOPROXY_EXPORTER_COMMIT": "def", "GOPROXY_EXPORTER_RUN": "pod"},
            Origin(commit="def", run="pod"),
        ),
    ],
)
def test_the_origin_is_what_the_environment_says(env: dict[str, str], expected: Origin) -> None:
    """What nobody says is None; our own variables go before those of a CI system."""
    assert Origin.of(env) == expected
