from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from goproxy_exporter.config.effective import effective
from goproxy_exporter.config.load import load
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.model.names import CheckName

Load = Callable[..., Settings]

TEXTS = [
    "{}\n",
    """\
checksum_database: off
module_index: off
reference: off
mirrors: [{name: a, url: https://a.example}]
""",
    """\
vantage: 'off'
forward_proxy: off
mirrors: [{name: 'no', url: 'https://[::1]:8443/x', ip_family: 4, edges: false}]
""",
    """\
forward_proxy: http://p.example:1
nameservers: ['::1']
control_targets: ['[::1]:1', 'a.example:2']
defaults: {interval: 90s, timeout: 1500ms, concurrency: 1}
thresholds: {throughput: 1, tls_warning: 0s}
""",
    """\
canaries:
  {large: off, uppercase: off, untagged: off, incompatible: off,
   fresh: [{module: a.b/c, version: v1.0.0}]}
mirrors:
  - name: a
    url: https://a.example
    labels: {a: 'x: y'}
    accept: [http.429, tls.expiring]
    private_patterns: ['*.a']
    require_http2: true
    budget: {bytes_per_hour: 1}
    checks: {zip: {enabled: false}}
chains: [{name: c, goproxy: direct, gonoproxy: a, gonosumdb: b, gosumdb: off}]
vulnerability_databases: []
""",
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_effective_configuration_is_a_fixed_point(loaded: Load, text: str) -> None:
    """Loading what it says gives what it says: it is a configuration, with nothing left open."""
    shown = effective(loaded(text))
    assert effective(loaded(shown)) == shown


@pytest.mark.parametrize("text", TEXTS)
def test_the_effective_configuration_means_the_same(loaded: Load, text: str) -> None:
    """Every check but for who named its canaries."""
    settings = loaded(text)
    again = loaded(effective(settings))
    assert _beats(again) == _beats(settings)
    assert [each.access for each in again.mirrors] == [each.access for each in settings.mirrors]
    assert [each.thresholds for each in again.mirrors] == [
        each.thresholds for each in settings.mirrors
    ]
    assert (again.chains, again.reference) == (settings.chains, settings.reference)


def _beats(settings: Settings) -> set[tuple[str, str, float, float]]:
    return {
        (check.mirror.name, check.name, check.interval, check.timeout) for check in settings.checks
    }


def test_it_is_plain_yaml(implemented: frozenset[CheckName]) -> None:
    """No anchors, no tags: any reader can take it."""
    shown = effective(load(None, env={}, implemented=implemented))
    data = yaml.safe_load(shown)
    assert data["mirrors"][0]["name"] == "goproxy.cn"
    assert "&id" not in shown
    assert "!!" not in shown


def test_files_are_named_in_full(tmp_path: Path, loaded: Load, pair: Callable[[], Any]) -> None:
    """What was relative to the file would mean something else on a page."""
    made = pair()
    (tmp_path / "ca.pem").write_bytes(made.cert)
    (tmp_path / "client.pem").write_bytes(made.cert + made.key)
    text = (
        "tls: {ca_file: ca.pem}\n"
        "mirrors: [{name: a, url: https://a.example, client_cert: {cert_file: client.pem}}]\n"
    )
    shown = effective(loaded(text))
    assert f"ca_file: {tmp_path}/ca.pem" in shown
    assert f"key_file: {tmp_path}/client.pem" in shown
    assert effective(loaded(shown)) == shown
