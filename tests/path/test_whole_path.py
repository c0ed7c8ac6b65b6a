"""From what goes wrong at a mirror to what the SRE who is woken reads, and that it is over."""

import pytest
from town import ACCEPTING, MIRRORS, Letter, Town, until

pytestmark = pytest.mark.timeout(400)

SHARE = "instance_mirror:goproxy_responses_503:ratio_increase10m"
DOCUMENTATION = "https://example.com/goproxy_exporter/docs"


def test_each_mirror_has_its_own_page_and_its_end(town: Town) -> None:
    """503, a tampered zip and an expired certificate, all at once: three right pages, then calm.

    A fourth mirror answers 503 as well, which its configuration accepts: it alerts nobody.
    """
    town.until_calm()
    before = len(town.inbox.letters)

    town.switch("goproxy", "http.5xx/503")
    town.switch(ACCEPTING, "http.5xx/503")
    town.switch("golang", "integrity.zip_hash_mismatch")
    town.switch("athens", "tls.expired")

    busy = _page(town, before, "pager", "goproxy", "GoProxyMirrorUnusable")
    _says(busy, "GoProxyMirrorUnusable", cause="http.5xx", severity="critical")
    busy = _page(town, before, "pager", "goproxy", "GoProxyMirror503Sustained")
    _says(busy, "GoProxyMirror503Sustained", cause="http.5xx", severity="critical")
    forged = _page(town, before, "integrity", "golang", "GoProxyMirrorTampered")
    _says(
        forged,
        "GoProxyMirrorTampered",
        cause="integrity.zip_hash_mismatch",
        severity="critical",
    )
    ended = _page(town, before, "pager", "athens", "GoProxyCertificateExpired")
    _says(ended, "GoProxyCertificateExpired", cause="tls.expired", severity="critical")

    until(
        lambda: town.query(f'goproxy_mirror_cause{{mirror="{ACCEPTING}",cause="http.5xx"}} == 1'),
        str,
    )
    until(lambda: town.query(f"{SHARE}{{mirror='{ACCEPTING}'}} > 0.5"), str)
    assert town.query(f'ALERTS{{mirror="{ACCEPTING}"}}') == []

    healed = len(town.inbox.letters)
    for mirror in MIRRORS:
        town.switch(mirror)
    for receiver, mirror, name in (
        ("pager", "goproxy", "GoProxyMirrorUnusable"),
        ("integrity", "golang", "GoProxyMirrorTampered"),
        ("pager", "athens", "GoProxyCertificateExpired"),
    ):
        _over(town, healed, receiver, mirror, name)

    assert set(town.inbox.accused(before)) == {"goproxy", "golang", "athens"}


def test_a_dead_uplink_is_one_page(town: Town) -> None:
    """The exporter is said to be cut off, once; none of the mirrors beyond is accused."""
    town.until_calm()
    before = len(town.inbox.letters)

    town.uplink.cut()
    page = _page(town, before, "pager", "", "GoProxyExporterOffline")
    assert page.names() == {"GoProxyExporterOffline"}
    _links(page, "GoProxyExporterOffline", "alerts.md#goproxyexporteroffline")

    mended = len(town.inbox.letters)
    town.uplink.mend()
    _over(town, mended, "pager", "", "GoProxyExporterOffline")

    assert town.inbox.accused(before) == {}


def test_a_killed_exporter_is_missed(town: Town) -> None:
    """Its page comes, the heart stops beating, and no mirror is accused; then both are back."""
    town.until_calm()
    before = len(town.inbox.letters)
    _beat(town, before)

    town.kill_exporter()
    page = _page(town, before, "pager", "", "GoProxyExporterDown")
    _links(page, "GoProxyExporterDown", "alerts.md#goproxyexporterdown")
    town.inbox.wait(
        lambda letter: letter.receiver == "heartbeat" and letter.status == "resolved",
        after=before,
        why="end of the heartbeat",
    )

    back = len(town.inbox.letters)
    town.start_exporter()
    _over(town, back, "pager", "", "GoProxyExporterDown")
    _beat(town, back)

    assert town.inbox.accused(before) == {}


def _page(town: Town, after: int, receiver: str, mirror: str, name: str) -> Letter:
    return town.inbox.wait(
        lambda one: (one.receiver, one.mirror) == (receiver, mirror) and name in one.names(),
        after=after,
        why=f"{name} of {mirror or 'the exporter'} for {receiver}",
    )


def _over(town: Town, after: int, receiver: str, mirror: str, name: str) -> None:
    town.inbox.wait(
        lambda one: (
            (one.receiver, one.mirror) == (receiver, mirror) and name in one.names("resolved")
        ),
        after=after,
        why=f"end of {name} of {mirror or 'the exporter'} for {receiver}",
    )


def _beat(town: Town, after: int) -> None:
    town.inbox.wait(
        lambda one: one.receiver == "heartbeat" and one.status == "firing",
        after=after,
        why="heartbeat",
    )


def _says(page: Letter, name: str, *, cause: str, severity: str) -> None:
    """The alert names its cause, and leads to the cause's section and to the mirror's evidence."""
    (alert,) = [one for one in page.alerts if one["labels"]["alertname"] == name]
    labels, told = alert["labels"], alert["annotations"]
    assert (labels["mirror"], labels["severity"]) == (page.mirror, severity)
    assert labels.get("cause", told.get("cause")) == cause
    assert told["evidence_url"].endswith(f"/mirrors/{page.mirror}")
    assert told["dashboard_url"].endswith(f"?var-mirror={page.mirror}")
    assert page.mirror in told["description"]
    assert told["advice"]
    _links(page, name, f"causes.md#{cause.replace('.', '')}")


def _links(page: Letter, name: str, section: str) -> None:
    (alert,) = [one for one in page.alerts if one["labels"]["alertname"] == name]
    assert alert["annotations"]["runbook_url"] == f"{DOCUMENTATION}/{section}"
