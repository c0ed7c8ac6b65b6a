"""What each robot is sent."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from goproxy_exporter.notify.destination import Destination, Kind
from goproxy_exporter.notify.letter import letter
from goproxy_exporter.notify.message import message_of
from goproxy_exporter.notify.news import News, news_of
from goproxy_exporter.notify.origin import Origin
from goproxy_exporter.report.change import Earlier, standings
from goproxy_exporter.report.report import Report

To = Callable[[str], Destination]
NOW = 1_795_000_000.0

ROBOTS: dict[Kind, tuple[Callable[[Any], str], int, Callable[[str], int]]] = {
    # Where the text is, and how much of it the robot takes.
    Kind.SLACK: (lambda body: body["text"], 4000, len),
    Kind.WECOM: (lambda body: body["markdown"]["content"], 4096, lambda text: len(text.encode())),
    Kind.DINGTALK: (lambda body: body["markdown"]["text"], 20_000, lambda text: len(text.encode())),
    Kind.FEISHU: (lambda body: body["content"]["text"], 20_000, lambda text: len(text.encode())),
}
MARKERS = {
    Kind.SLACK: re.compile(r"[<>]"),
    Kind.WECOM: re.compile(r"[<\[\]`]"),
    Kind.DINGTALK: re.compile(r"[<>\[\]`]"),
    Kind.FEISHU: re.compile(r"[<>]"),
}
"""What would be a mention, a link or a picture, were it in the text."""


@pytest.mark.parametrize("kind", ROBOTS)
def test_people_read_what_is_wrong_and_what_to_do(kind: Kind, news: News, to: To) -> None:
    """State, cause, evidence, advice, where it is explained, and which run said so."""
    text, _, _ = ROBOTS[kind]
    said = text(json.loads(letter(news, to(f"{kind}+https://h.example/"), NOW).body))

    for words in (
        "Go module mirrors: unusable",
        "first: unusable",
        "http.5xx",
        "first answers 503 every time",
        "evidence: status: 503; server: edge-7",
        "advice: ",
        "docs/causes.md",
        "2 mirrors: 1 healthy, 1 unusable",
        "commit: 0123abc",
        "https://ci.example.com/42",
    ):
        assert words in said
    assert "second" not in said, "what is well is not told at length"


@pytest.mark.parametrize("kind", ROBOTS)
def test_what_is_too_long_is_cut_and_says_so(kind: Kind, long_news: News, to: To) -> None:
    """Robots refuse what is longer than they take; how much is left out is told, and the run."""
    text, limit, size = ROBOTS[kind]
    body = letter(long_news, to(f"{kind}+https://h.example/"), NOW).body
    said = text(json.loads(body))

    assert limit / 4 < size(said) <= limit
    assert len(body) <= 20_000
    left = re.search(r"… (\d+) more lines: the report has them all", said)
    assert left is not None
    assert int(left[1]) > 100
    assert said.rstrip().endswith("run: https://ci.example.com/42")


@pytest.mark.parametrize("kind", ROBOTS)
def test_nobody_is_called_by_what_a_mirror_says(kind: Kind, long_news: News, to: To) -> None:
    """A mention, a link or a picture in foreign text stays text."""
    text, _, _ = ROBOTS[kind]
    said = text(json.loads(letter(long_news, to(f"{kind}+https://h.example/"), NOW).body))

    assert "channel" in said
    assert MARKERS[kind].search(said.replace("\n> ", "\n")) is None


def test_robots_get_the_shape_that_they_know(news: News, to: To) -> None:
    """The outermost fields, by which a robot tells what it was sent."""
    bodies = {
        kind: json.loads(letter(news, to(f"{kind}+https://h.example/"), NOW).body)
        for kind in ROBOTS
    }

    assert set(bodies[Kind.SLACK]) == {"text"}
    assert (bodies[Kind.WECOM]["msgtype"], bodies[Kind.DINGTALK]["msgtype"]) == ("markdown",) * 2
    assert set(bodies[Kind.DINGTALK]["markdown"]) == {"title", "text"}
    assert bodies[Kind.FEISHU]["msg_type"] == "text"
    assert set(bodies[Kind.FEISHU]) == {"msg_type", "content"}, "unsigned without a secret"


def test_who_got_well_is_told_with_what_it_was(well: Report, ill: Report) -> None:
    """A change to the better is one block, and says what is over."""
    message = message_of(news_of(well, Earlier(standings=standings(ill)), Origin()))

    assert message.title == "Go module mirrors: healthy (from lab)"
    assert [block.head for block in message.blocks] == ["first: healthy (was unusable: http.5xx)"]


def test_an_endpoint_gets_how_everything_stands(news: News, to: To) -> None:
    """With duration and commit, for a dashboard; keys are the public interface."""
    event = json.loads(letter(news, to("json+https://h.example/"), NOW).body)

    assert event == {
        **event,
        "schema": 1,
        "event": "goproxy.inspection",
        "success": False,
        "state": "unusable",
        "exit_code": 1,
        "vantage": "lab",
        "duration_seconds": 2.5,
        "commit": "0123abc",
        "run": "42",
        "run_url": "https://ci.example.com/42",
        "counts": {"unknown": 0, "healthy": 1, "degraded": 0, "unusable": 1, "dangerous": 0},
        "chains": [],
        "problems": [],
    }
    assert event["mirrors"][0] == {
        "name": "first",
        "state": "unusable",
        "primary": "http.5xx",
        "causes": ["http.5xx"],
    }
    assert event["changes"] == [
        {
            "list": "mirrors",
            "name": "first",
            "before": None,
            "now": {"state": "unusable", "primary": "http.5xx"},
        }
    ]
