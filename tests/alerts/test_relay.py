"""Does a robot that Alertmanager does not know hear of an alert, through the relay?"""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from manager import Program, labels_of, running, until
from robots import SECRET, Robots, robots
from source import Source

from goproxy_exporter.cli.main import main
from goproxy_exporter.notify.destination import Destination, Kind
from goproxy_exporter.notify.relayed import ROBOTS, Relayed, relayed_letter

TOLD = {
    "summary": "The certificate is wrong.",
    "description": "Clients refuse goproxy.example.",
    "advice": "Have it renewed & tell everybody: 证书.",
    "runbook_url": "https://docs.example.com/causes.md#tlswrong_host",
    "dashboard_url": "https://grafana.example.com/d/goproxy-tls?var-mirror=goproxy.example",
    "evidence_url": "https://exporter.example.com/mirrors/goproxy.example",
}
GOOD = {"attachments": [{"title": "A title", "text": "**A text**", "color": "danger"}]}

TEXTLESS = {"title": "A title", "text": 1}
TEXT_OF: dict[Kind, Callable[[Any], str]] = {
    Kind.WECOM: lambda body: body["markdown"]["content"],
    Kind.DINGTALK: lambda body: body["markdown"]["text"],
    Kind.FEISHU: lambda body: body["card"]["elements"][0]["content"],
}


@pytest.fixture
def found() -> Iterator[Robots]:
    with robots() as found:
        yield found


@contextmanager
def relaying(found: Robots, room: Path) -> Iterator[str]:
    """Run the relay as its command line is shown; gives its address."""
    command = [sys.executable, "-m", "goproxy_exporter", "relay"]
    command += ["--web.listen-address", "127.0.0.1:0"]
    command += ["--to", "dingtalk+${DINGTALK_URL}#secret=${ROBOT_SECRET}"]
    command += ["--to", "feishu+${FEISHU_URL}#secret=${ROBOT_SECRET}"]
    command += ["--to", "wecom+${WECOM_URL}"]
    environment = {
        **os.environ,
        "DINGTALK_URL": f"{found.url}/dingtalk?access_token=0123456789abcdef",
        "FEISHU_URL": f"{found.url}/feishu",
        "WECOM_URL": "",
        "ROBOT_SECRET": SECRET,
    }
    log = room / "relay.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
    try:
        yield until(lambda: re.search(r"http://127\.0\.0\.1:\d+", log.read_text()))[0]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0, log.read_text()
        assert SECRET not in log.read_text()
        assert "0123456789abcdef" not in log.read_text()
    finally:
        process.kill()
        process.wait(timeout=60)


def post(url: str, content: object) -> tuple[int, str]:
    """Send JSON, and give status and text of the answer."""
    asked = urllib.request.Request(url, json.dumps(content).encode())
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_dingtalk_and_feishu_hear_of_an_alert(
    program: Program, config: dict[str, Any], source: Source, found: Robots, tmp_path: Path
) -> None:
    """By the shipped receiver and templates, signed; a robot that is busy hears of it later."""
    found.busy = 1
    labels = labels_of(
        source, "GoProxyMirrorTLSInvalid", mirror="goproxy.example", cause="tls.wrong_host"
    )
    with relaying(found, tmp_path) as relay, running(program, tmp_path, sent(config, relay)) as am:
        am.raise_all([(labels, TOLD)])
        dingtalk = until(lambda: found.taken["dingtalk"])[0]
        feishu = until(lambda: found.taken["feishu"])[0]

    title = "[CRITICAL:1] goproxy.example: The certificate is wrong."
    assert dingtalk["markdown"]["title"] == title
    header, (element,) = feishu["card"]["header"], feishu["card"]["elements"]
    assert (header["title"]["content"], header["template"]) == (title, "red")
    assert element["tag"] == "markdown"
    for text in (dingtalk["markdown"]["text"], element["content"]):
        for part in ("GoProxyMirrorTLSInvalid", "tls.wrong_host", "mirror=goproxy.example"):
            assert part in text
        for name in TOLD.keys() - {"summary"}:
            assert TOLD[name] in text, f"{name} is not in {text}"
    assert len(found.refused) == 1, "the one for which it was too busy"


def sent(config: dict[str, Any], relay: str) -> dict[str, Any]:
    """Give the shipped configuration, with everything for the robots, at once."""
    text = json.dumps(config["receivers"]).replace("http://relay:8060", relay)
    (receiver,) = (one for one in json.loads(text) if one["name"] == "robots")
    assert receiver["slack_configs"][0]["api_url"].startswith(relay)
    return {"route": {"receiver": "robots", "group_wait": "1s"}, "receivers": [receiver]}


def test_alertmanager_learns_whether_to_try_again(found: Robots, tmp_path: Path) -> None:
    """Yes where the robot is busy; no where it refuses, is not there, or nothing can be read."""
    with relaying(found, tmp_path) as relay:
        assert post(f"{relay}/feishu", GOOD) == (200, "ok")
        found.busy = 1
        status, said = post(f"{relay}/dingtalk", GOOD)
        assert (status, said) == (503, "status 200, errcode 130101: send too fast")
        assert post(f"{relay}/dingtalk", GOOD) == (200, "ok")
        assert post(f"{relay}/wecom", GOOD)[0] == 404, "it is switched off"
        unreadable: tuple[object, ...] = ({}, [], {"attachments": []}, {"attachments": [TEXTLESS]})
        for nothing in unreadable:
            assert post(f"{relay}/feishu", nothing)[0] == 400
        assert post(f"{relay}/feishu", {"attachments": ["x" * (300 << 10)]})[0] == 413
        with urllib.request.urlopen(f"{relay}/-/healthy", timeout=60) as answer:
            assert answer.status == 200


def test_a_robot_that_refuses_is_quoted_without_its_secrets(
    found: Robots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alertmanager logs what it is answered."""
    with relaying(found, tmp_path) as relay:
        monkeypatch.setattr("robots.SECRET", "another")
        status, said = post(f"{relay}/dingtalk", GOOD)

    assert (status, said) == (422, "status 200, errcode 310000: sign not match")


@pytest.mark.parametrize("kind", sorted(ROBOTS))
def test_what_a_robot_does_not_take_is_cut_off_the_end(kind: Kind) -> None:
    """At the end of a line, with a mark; the rest is what was sent."""
    lines = "\n".join(f"第 {number} 行" for number in range(2000))
    destination = Destination.parse(f"{kind}+https://robot.example/x", str)
    assert destination is not None

    def text_of(text: str) -> str:
        letter = relayed_letter(Relayed(title="t", text=text, colour=""), destination, 0.0)
        return TEXT_OF[kind](json.loads(letter.body))

    cut = text_of(lines)
    limit = {Kind.WECOM: 4096, Kind.DINGTALK: 9000, Kind.FEISHU: 9000}[kind]
    assert len(cut.encode()) <= limit
    *taken, mark = cut.split("\n")
    assert mark == "…"
    assert taken == lines.split("\n")[: len(taken)]
    assert len(taken) > 200
    assert text_of("short") == "short"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--to", "slack+https://hooks.example/x"], "by itself"),
        (["--to", "json+https://hooks.example/x"], "by itself"),
        (["--to", "feishu+http://a.example", "--to", "feishu+http://b.example"], "twice"),
        ([], "--to"),
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is served."""
    assert main(["relay", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_an_address_that_is_taken_is_told(
    found: Robots, capsys: pytest.CaptureFixture[str]
) -> None:
    """With exit code 1, as the daemon does."""
    address = found.url.removeprefix("http://")

    assert main(["relay", "--to", "feishu+https://a.example", "--web.listen-address", address]) == 1

    assert capsys.readouterr().err == f"cannot listen on {address}: Address already in use\n"
