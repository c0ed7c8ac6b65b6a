"""``KIND+URL#on=…``: what it means, and what is refused without giving anything away."""

import re

import pytest

from goproxy_exporter.config.expand import expand_text
from goproxy_exporter.notify.destination import Destination, Kind, Occasion

ENV = {
    "LINE": "https://h.example/x\n",
    "HOOK": "https://hooks.example.com/T0/s3cr3t",
    "OFF": "",
    "KEY": "a&on=always#x",
}


def expand(text: str) -> str:
    expanded, problems = expand_text(text, ENV)
    if problems:
        raise ValueError("; ".join(problems))
    return expanded


def parsed(written: str) -> Destination:
    destination = Destination.parse(written, expand)
    assert destination is not None
    return destination


@pytest.mark.parametrize(
    ("written", "kind", "on"),
    [
        ("slack+https://h.example/x", Kind.SLACK, Occasion.FAILURE),
        ("wecom+https://h.example/send?key=x", Kind.WECOM, Occasion.FAILURE),
        ("dingtalk+https://h.example/send", Kind.DINGTALK, Occasion.FAILURE),
        ("feishu+https://h.example/hook#on=change", Kind.FEISHU, Occasion.CHANGE),
        ("json+http://h.example/", Kind.JSON, Occasion.SUCCESS),
        ("json+https://h.example/#on=always", Kind.JSON, Occasion.ALWAYS),
    ],
)
def test_a_kind_has_its_usual_occasion(written: str, kind: Kind, on: Occasion) -> None:
    """People hear of failures, a dashboard of success, unless something else is written."""
    destination = parsed(written)

    assert (destination.kind, destination.on) == (kind, on)
    assert destination.url == written.partition("+")[2].partition("#")[0]


def test_secrets_come_from_the_environment() -> None:
    """A whole URL may; a value with marks of our own in it is taken as it is."""
    destination = parsed("dingtalk+${HOOK}#secret=${KEY}&on=change")

    assert destination.url == ENV["HOOK"]
    assert (destination.secret, destination.on) == (ENV["KEY"], Occasion.CHANGE)
    assert "s3cr3t" not in repr(destination) + destination.shown
    assert ENV["KEY"] not in repr(destination)
    assert destination.shown == "dingtalk (hooks.example.com)"


def test_the_end_of_a_line_is_no_part_of_a_secret() -> None:
    """Files and consoles add one."""
    destination = parsed("json+${LINE}#token=${LINE}&secret=${LINE}")

    assert {destination.url, destination.token, destination.secret} == {"https://h.example/x"}


def test_an_empty_variable_switches_a_destination_off() -> None:
    """So that one workflow serves those who have a robot and those who have none."""
    assert Destination.parse("slack+${OFF}#on=change", expand) is None


def test_the_id_is_of_what_was_written() -> None:
    """It outlives a new secret in the same variable, and tells two destinations apart."""
    first = parsed("slack+${HOOK}")
    renewed = Destination.parse("slack+${HOOK}", lambda _: "https://hooks.example.com/another")

    assert renewed is not None
    assert renewed.url != first.url
    assert renewed.id == first.id
    assert parsed("slack+${HOOK}#on=change").id != first.id


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("https://hooks.example.com/s3cr3t", "must start with one of slack+"),
        ("mail+https://hooks.example.com/s3cr3t", "must start with one of slack+"),
        ("slack+", "needs https://HOST"),
        ("slack+hooks.example.com/s3cr3t", "needs https://HOST"),
        ("slack+ftp://hooks.example.com/s3cr3t", "neither http nor https"),
        ("slack+https://", "needs https://HOST"),
        ("slack+https://h.example:99999/s3cr3t", "needs https://HOST"),
        ("slack+https://h.example/s3cr3t x", "percent-encode"),
        ("slack+https://h.example/\ns3cr3t", "percent-encode"),
        ("slack+https://h.example/" + "s3cr3t" * 400, "longer than"),
        (f"slack+https://{'s3cr3t' * 20}.example/", "host that can be no name"),
        ("slack+https://s3cr3t..example/", "host that can be no name"),
        ("slack+${UNSET}", "UNSET is not set"),
        ("slack+https://h.example/${KEY}", "# in its URL"),
        ("slack+https://h.example/#on=s3cr3t", "on= is one of failure, success, change, always"),
        ("slack+https://h.example/#secret=s3cr3t", "it knows on="),
        ("slack+https://h.example/#token=s3cr3t", "it knows on="),
        ("feishu+https://h.example/#token=s3cr3t", "it knows on=, secret="),
        ("json+https://h.example/#s3cr3t", "it knows on=, secret=, token="),
        ("json+https://h.example/#token=s3\ncr3t", "no header can carry"),
        ("json+https://h.example/#secret=whsec_s3cr3t!", "without base64"),
    ],
)
def test_what_is_no_destination_is_refused_in_silence_about_it(written: str, words: str) -> None:
    """The reason is told; what may be a secret is not."""
    with pytest.raises(ValueError, match=re.escape(words)) as caught:
        Destination.parse(written, expand)

    assert "s3cr3t" not in str(caught.value)
