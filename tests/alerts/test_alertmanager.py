"""Does a real Alertmanager send the shipped alerts where they belong, in words that help?"""

import email
import email.policy
import json
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from channels import Channels, channels
from ports import free_port
from source import Alert, Source

ALERTMANAGER = Path(__file__).parents[2] / "deploy" / "alertmanager"
CONFIG = ALERTMANAGER / "alertmanager.yaml"
Program = Callable[[str], str]
Labels = dict[str, str]


@pytest.fixture(scope="module")
def config() -> dict[str, Any]:
    """The shipped configuration."""
    document: dict[str, Any] = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    return document


def test_amtool_takes_it(program: Program) -> None:
    """Configuration and templates parse."""
    command = [program("amtool"), "check-config", str(CONFIG)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def receiver_of(alert: Alert) -> str:
    """Say who has to hear of an alert."""
    if alert.category in ("heartbeat", "integrity"):
        return alert.category
    return {"critical": "pager", "warning": "chat", "info": "nobody"}[alert.severity]


def test_every_alert_reaches_who_has_to_hear_of_it(program: Program, source: Source) -> None:
    """Routes decide by severity and category alone: each pair that the alerts have goes right."""
    amtool = program("amtool")
    pairs = {(one.severity, one.category): receiver_of(one) for one in source.alerts}
    for (severity, category), receiver in pairs.items():
        labels = [f"severity={severity}", f"category={category}", "job=j", "mirror=m"]
        command = [amtool, "config", "routes", "test", f"--config.file={CONFIG}"]
        command += [f"--verify.receivers={receiver}", *labels]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, f"{labels}: {done.stdout}{done.stderr}"
    assert set(pairs.values()) == {"pager", "chat", "nobody", "integrity", "heartbeat"}


def test_no_pattern_can_silence_integrity(config: dict[str, Any]) -> None:
    """Every target excludes the category by itself."""
    assert config["inhibit_rules"]
    for rule in config["inhibit_rules"]:
        assert "category != integrity" in rule["target_matchers"], rule


class Manager:
    """A running Alertmanager."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/api/v2"

    def raise_all(self, alerts: list[tuple[Labels, Labels]]) -> None:
        """Raise alerts: labels and annotations of each."""
        body = json.dumps([{"labels": one, "annotations": said} for one, said in alerts]).encode()
        headers = {"Content-Type": "application/json"}
        asked = urllib.request.Request(f"{self._url}/alerts", body, headers)
        with urllib.request.urlopen(asked, timeout=30):
            pass

    def muted(self) -> dict[str, bool]:
        """Give the alerts by name, and by mirror where they have one: whether they are inhibited."""
        with urllib.request.urlopen(f"{self._url}/alerts", timeout=30) as answer:
            return {
                "/".join([one["labels"]["alertname"], one["labels"].get("mirror", "")]): bool(
                    one["status"]["inhibitedBy"]
                )
                for one in json.load(answer)
            }

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self._url}/status", timeout=30):
                return True
        except OSError:
            return False


def until(look: Callable[[], Any], seconds: float = 60) -> Any:
    """Look until there is something to be seen."""
    end = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < end, f"in {seconds:g} s there was nothing"
        time.sleep(0.1)
    return seen


@contextmanager
def running(program: Program, room: Path, document: dict[str, Any]) -> Iterator[Manager]:
    """Run an Alertmanager on a configuration."""
    binary, port = program("prometheus-alertmanager"), free_port()
    document = document | {"templates": [str(ALERTMANAGER / "templates" / "*.tmpl")]}
    (room / "alertmanager.yml").write_text(yaml.safe_dump(document))
    command = [binary, f"--config.file={room / 'alertmanager.yml'}", "--cluster.listen-address="]
    command += [f"--storage.path={room}", f"--web.listen-address=127.0.0.1:{port}"]
    with (room / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        manager = Manager(f"http://127.0.0.1:{port}")
        try:
            until(manager.ready)
            yield manager
        finally:
            process.kill()
            process.wait(timeout=30)


def labels_of(source: Source, name: str, **more: str) -> Labels:
    """Give the labels that an alert of the rules has, and these."""
    (alert,) = [one for one in source.alerts if one.name == name]
    fixed = {"alertname": name, "severity": alert.severity, "category": alert.category}
    return fixed | {"job": source.job} | more


def local(config: dict[str, Any], found: Channels) -> dict[str, Any]:
    """Give the shipped configuration with the channels' addresses, and without waits."""
    document: dict[str, Any] = json.loads(json.dumps(config))
    document["global"] = {
        "slack_api_url": f"{found.web}/slack",
        "wechat_api_url": f"{found.web}/cgi-bin/",
        "wechat_api_corp_id": "corp",
        "wechat_api_secret": "secret",
        "smtp_smarthost": found.smtp,
        "smtp_from": "goproxy@example.com",
        "smtp_require_tls": False,
    }
    for route in (document["route"], *document["route"]["routes"]):
        route["group_wait"] = "1s"
    for receiver in document["receivers"]:
        receiver.pop("webhook_configs", None)
    return document


@pytest.fixture(scope="module")
def found() -> Iterator[Channels]:
    with channels() as found:
        yield found


def test_the_worse_mutes_the_lesser_and_nothing_mutes_integrity(
    program: Program, config: dict[str, Any], source: Source, found: Channels, tmp_path: Path
) -> None:
    """A mirror that is down is not called slow; one cut off says nothing else; forgery is heard."""

    def on(name: str, mirror: str = "", **more: str) -> tuple[Labels, Labels]:
        return labels_of(source, name, **({"mirror": mirror} if mirror else {}), **more), {}

    with running(program, tmp_path, local(config, found)) as manager:
        manager.raise_all(
            [
                on("GoProxyMirrorUnusable", "a"),
                on("GoProxyMirrorSlow", "a", cause="perf.slow_first_byte"),
                on("GoProxyMirrorTLSInvalid", "a", cause="tls.expired"),
                on("GoProxyCertificateExpired", "a", host="h"),
                on("GoProxyMirrorTampered", "a", cause="integrity.zip_hash_mismatch"),
                on("GoProxyMirrorSlow", "b", cause="perf.slow_first_byte"),
                on("GoProxyMirror503Sustained", "c"),
                on("GoProxyMirror503Burst", "c"),
            ]
        )
        expected = {
            "GoProxyMirrorUnusable/a": False,
            "GoProxyMirrorSlow/a": True,
            "GoProxyMirrorTLSInvalid/a": True,
            "GoProxyCertificateExpired/a": False,
            "GoProxyMirrorTampered/a": False,
            "GoProxyMirrorSlow/b": False,
            "GoProxyMirror503Sustained/c": False,
            "GoProxyMirror503Burst/c": True,
        }
        until(lambda: manager.muted() == expected)

        manager.raise_all(
            [on("GoProxyExporterOffline"), on("GoProxyExporterProblem", instance="i")]
        )
        heard = {"GoProxyExporterOffline/", "GoProxyMirrorTampered/a"}
        every = {*expected, "GoProxyExporterOffline/", "GoProxyExporterProblem/"}
        until(lambda: manager.muted() == {name: name not in heard for name in every})


def test_every_channel_gets_cause_evidence_and_advice(
    program: Program, config: dict[str, Any], source: Source, found: Channels, tmp_path: Path
) -> None:
    """Slack, WeCom and mail say what happens where, why, what to do, and where to read on."""
    told = {
        "summary": "The certificate is <bad>.",
        "description": "Clients refuse goproxy.example.",
        "advice": "Have it renewed & tell everybody.",
        "runbook_url": "https://docs.example.com/causes.md#tlswrong_host",
        "dashboard_url": "https://grafana.example.com/d/goproxy-tls?var-mirror=goproxy.example",
        "evidence_url": "https://exporter.example.com/mirrors/goproxy.example",
    }
    labels = labels_of(
        source, "GoProxyMirrorTLSInvalid", mirror="goproxy.example", cause="tls.wrong_host"
    )
    with running(program, tmp_path, local(config, found)) as manager:
        manager.raise_all([(labels, told)])
        slack = until(lambda: _about(found.slack))
        wecom = until(lambda: _about(found.wecom))
        mail = until(lambda: _about(found.mail))

    (attachment,) = slack["attachments"]
    assert attachment["title"] == "[CRITICAL:1] goproxy.example: The certificate is <bad>."
    assert (attachment["color"], attachment["title_link"]) == ("danger", told["dashboard_url"])
    assert wecom["msgtype"] == "markdown"
    message = email.message_from_string(mail, policy=email.policy.default)
    assert message["Subject"] == attachment["title"]
    plain, rich = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert rich is not None
    html = rich.get_content()
    assert "Have it renewed &amp; tell everybody." in html
    assert "<bad>" not in html

    texts = (attachment["text"], wecom["markdown"]["content"], plain.get_content())
    wanted = ("GoProxyMirrorTLSInvalid", "tls.wrong_host", "mirror=goproxy.example")
    links = ("runbook_url", "dashboard_url", "evidence_url", "description")
    for text in (*texts, html):
        for part in (*wanted, *(told[key] for key in links)):
            assert part in text.replace("=\n", ""), f"{part} is not in {text}"
    for text in texts:
        assert told["advice"] in text


def _about(messages: list[Any]) -> Any:
    return next((one for one in messages if "tls.wrong_host" in str(one)), None)


@pytest.mark.parametrize("template", ["goproxy.dingtalk", "goproxy.feishu"])
def test_robots_templates_have_it_too(program: Program, template: str, tmp_path: Path) -> None:
    """What an adapter for DingTalk or Feishu renders has cause, advice and links as well."""
    data = {
        "status": "firing",
        "receiver": "chat",
        "groupLabels": {"mirror": "m"},
        "commonLabels": {"mirror": "m", "severity": "critical"},
        "commonAnnotations": {"summary": "It is broken."},
        "alerts": [
            {
                "status": "firing",
                "labels": {"alertname": "GoProxyMirrorUnusable", "mirror": "m"},
                "annotations": {
                    "cause": "http.5xx",
                    "advice": "Move away.",
                    "description": "Builds fail.",
                    "evidence_url": "https://e.example.com",
                    "runbook_url": "https://r.example.com",
                    "dashboard_url": "https://d.example.com",
                },
                "startsAt": "2026-01-02T03:04:05Z",
            }
        ],
    }
    (tmp_path / "data.json").write_text(json.dumps(data))
    command = [program("amtool"), "template", "render"]
    command += [f"--template.glob={ALERTMANAGER / 'templates' / '*.tmpl'}"]
    command += [f"--template.data={tmp_path / 'data.json'}"]
    command += [f'--template.text={{{{ template "{template}" . }}}}']
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    for part in ("http.5xx", "Move away.", "Builds fail.", "](https://e.example.com)", "mirror=m"):
        assert part in done.stdout
