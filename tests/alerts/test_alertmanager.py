"""Does a real Alertmanager send the shipped alerts where they belong, in words that help?"""

import email
import email.policy
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from channels import Channels, channels
from manager import ALERTMANAGER, CONFIG, Labels, Program, labels_of, running, until
from source import Alert, Source


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
