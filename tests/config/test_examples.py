"""Each example in config/ loads, and means what its comments claim."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from goproxy_exporter.config.load import load
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.model.mirror import Mirror, Secret
from goproxy_exporter.model.names import CheckName

EXAMPLES = Path(__file__).parents[2] / "config"


def mirrors(settings: Settings) -> Mapping[str, Mirror]:
    return {mirror.name: mirror for mirror in settings.mirrors}


def test_minimal(implemented: frozenset[CheckName]) -> None:
    """One mirror, every default."""
    settings = load(EXAMPLES / "minimal.yml", env={}, implemented=implemented)
    assert list(mirrors(settings)) == ["goproxy.cn"]
    assert len(settings.checks) == len(implemented)
    built_in = load(None, env={}, implemented=implemented)
    assert settings.checks < built_in.checks


def test_public_mirrors(implemented: frozenset[CheckName]) -> None:
    """Loading it gives exactly what loading no file gives, but for beats spelt out."""
    settings = load(EXAMPLES / "public-mirrors.yml", env={}, implemented=implemented)
    built_in = load(None, env={}, implemented=implemented)
    assert settings.checks == built_in.checks
    for field in ("mirrors", "chains", "vulnerability_databases", "reference", "reference_access"):
        assert getattr(settings, field) == getattr(built_in, field), field
    for field in ("checksum_database", "module_index", "concurrency", "vantage", "control_targets"):
        assert getattr(settings, field) == getattr(built_in, field), field


@pytest.fixture
def private(tmp_path: Path, implemented: frozenset[CheckName], pair: Callable[[], Any]) -> Settings:
    """The private example, with the files that it names beside it."""
    shutil.copy(EXAMPLES / "private-mirror.yml", tmp_path)
    (tmp_path / "tls").mkdir()
    (tmp_path / "secrets").mkdir()
    made = pair()
    for name in ("corp-ca.pem", "artifacts-ca.pem", "monitor.pem"):
        (tmp_path / "tls" / name).write_bytes(made.cert)
    (tmp_path / "tls" / "monitor.key").write_bytes(made.key)
    (tmp_path / "secrets" / "athens-password").write_text("open sesame\n")
    (tmp_path / ".netrc").write_text("machine nexus.corp.example login n password nn\n")
    env = {
        "ATHENS_USER": "monitor",
        "PROXY_PASSWORD": "pp",
        "MONITORING_KEY": "mk",
        "ARTIFACTORY_TOKEN": "at",
        "HOME": str(tmp_path),
    }
    return load(tmp_path / "private-mirror.yml", env=env, implemented=implemented)


def test_private_mirror(private: Settings, tmp_path: Path) -> None:
    """Credentials from the environment, a file and netrc; CA, client certificate, proxies, beats."""
    found = mirrors(private)
    athens = found["athens"]
    assert athens.access.credentials is not None
    assert athens.access.credentials.username == "monitor"
    assert athens.access.credentials.password == Secret(
        "file:secrets/athens-password", "open sesame"
    )
    assert athens.access.client_cert is not None
    assert athens.access.client_cert.key_file == str(tmp_path / "tls" / "monitor.key")
    assert athens.access.ca_files == (str(tmp_path / "tls" / "corp-ca.pem"),)
    assert athens.access.headers == (("x-monitoring-key", Secret("${MONITORING_KEY}", "mk")),)
    assert athens.access.forward_proxy == ""
    assert athens.access.ip_family == 4
    assert athens.canaries.missing.module == "git.corp.example/platform/log/no-such-module"
    assert athens.canaries.large is None
    assert athens.thresholds.first_byte == 2.0
    names = {check.name.value: check for check in private.checks if check.mirror is athens}
    assert set(names) == {"endpoints", "zip"}
    assert (names["zip"].interval, names["zip"].timeout) == (300.0, 20.0)

    artifactory, nexus = found["artifactory"], found["nexus"]
    assert artifactory.access.credentials is not None
    assert artifactory.access.credentials.token == Secret("${ARTIFACTORY_TOKEN}", "at")
    assert len(artifactory.access.ca_files) == 2
    assert artifactory.access.forward_proxy == "http://proxy.corp.example:3128"
    assert nexus.access.credentials is not None
    assert nexus.access.credentials.password == Secret("netrc", "nn")
    assert [name for name, mirror in found.items() if mirror.is_reference] == ["public"]
    assert private.terms.access.nameservers == ("192.0.2.53", "[2001:db8::53]:5353")
    assert [chain.name for chain in private.chains] == ["developers", "build-servers"]


def test_private_mirror_holds_no_secrets(private: Settings) -> None:
    """None of what the environment and the files hold is in the file, or in what is printed."""
    text = (EXAMPLES / "private-mirror.yml").read_text(encoding="utf-8") + repr(private)
    assert "open sesame" not in text
    assert "PRIVATE KEY" not in text


def test_many_mirrors(implemented: frozenset[CheckName]) -> None:
    """Fragments in the order of their names, common terms for all, anchors within a fragment."""
    settings = load(EXAMPLES / "many-mirrors.yml", env={}, implemented=implemented)
    found = mirrors(settings)
    assert list(found) == [
        "goproxy.cn",
        "aliyun",
        "tencent",
        "huawei",
        "proxy.golang.org",
        "proxy.golang.org over IPv4",
        "proxy.golang.org over IPv6",
    ]
    assert {mirror.labels for mirror in settings.mirrors} == {
        (("region", "mainland"),),
        (("region", "world"),),
    }
    assert {len(mirror.canaries.stable) for mirror in settings.mirrors} == {2}
    assert [found[f"proxy.golang.org over IPv{n}"].access.ip_family for n in (4, 6)] == [4, 6]
    beats = {(c.mirror.name, c.name.value): c.interval for c in settings.checks}
    assert beats["goproxy.cn", "endpoints"] == 120.0
    assert beats["huawei", "endpoints"] == beats["tencent", "endpoints"] == 300.0
    assert ("tencent", "large_zip") not in beats
    assert [chain.name for chain in settings.chains] == ["mainland", "world", "careful"]


def test_every_example_has_a_test() -> None:
    """An example that nothing proves goes stale."""
    names = {path.stem for path in EXAMPLES.glob("*.yml")}
    assert names == {"minimal", "public-mirrors", "private-mirror", "many-mirrors"}
