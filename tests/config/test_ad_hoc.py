from collections.abc import Callable

import pytest

from goproxy_exporter.config.ad_hoc import ad_hoc, ad_hoc_goproxy
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.errors import ConfigError
from goproxy_exporter.model.mirror import Credentials, Secret
from goproxy_exporter.model.names import CheckName

Load = Callable[..., Settings]

BASE = """\
nameservers: [192.0.2.53]
defaults: {interval: 30s}
thresholds: {first_byte: 1s}
reference: known
mirrors:
  - name: known
    url: https://known.example/go/
    auth: {bearer: hunter2}
    accept: [sumdb.not_proxied]
"""


def test_a_url_becomes_a_mirror_on_general_terms(
    loaded: Load, implemented: frozenset[CheckName]
) -> None:
    """Named after host and path, with every implemented check, and nothing else is watched."""
    settings = ad_hoc(
        ["https://a.example/go/", "http://127.0.0.1:8080"], loaded(BASE), implemented=implemented
    )
    assert [(each.name, each.url) for each in settings.mirrors] == [
        ("a.example/go", "https://a.example/go/"),
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
    ]
    mirror = settings.mirrors[0]
    assert mirror.access.nameservers == ("192.0.2.53",)
    assert mirror.thresholds.first_byte == 1.0
    assert len(settings.checks) == 2 * len(implemented)
    assert {check.interval for check in settings.checks if check.name == "endpoints"} == {30.0}
    assert settings.chains == ()


def test_a_configured_url_keeps_its_terms(loaded: Load, implemented: frozenset[CheckName]) -> None:
    """Credentials, accepted causes and being the reference; a trailing slash does not matter."""
    base = loaded(BASE)
    settings = ad_hoc(["https://known.example/go"], base, implemented=implemented)
    mirror = settings.mirrors[0]
    assert (mirror.name, mirror.url) == ("known.example/go", "https://known.example/go/")
    assert mirror.access == base.mirrors[0].access
    assert mirror.accept == {"sumdb.not_proxied"}
    assert mirror.is_reference
    assert settings.reference_access == base.mirrors[0].access


def test_the_same_url_twice_is_one_mirror(loaded: Load, implemented: frozenset[CheckName]) -> None:
    """Names are unique."""
    urls = ["https://a.example", "https://a.example/"]
    assert len(ad_hoc(urls, loaded(BASE), implemented=implemented).mirrors) == 1


def test_credentials_in_a_url_are_taken_out(
    loaded: Load, implemented: frozenset[CheckName]
) -> None:
    """They are not part of the name, and print as nothing."""
    settings = ad_hoc(["https://u:hunter2@a.example"], loaded(BASE), implemented=implemented)
    mirror = settings.mirrors[0]
    assert mirror.name == "a.example"
    assert mirror.access.credentials == Credentials(
        username="u", password=Secret("inline", "hunter2")
    )
    assert "hunter2" not in repr(settings)


def test_credentials_in_a_url_replace_configured_ones(
    loaded: Load, implemented: frozenset[CheckName]
) -> None:
    """In whatever form those are; other headers stay."""
    text = (
        "mirrors:\n  - name: a\n    url: https://a.example\n"
        "    headers: {Authorization: old, X-Key: k}\n"
    )
    settings = ad_hoc(["https://t0ken@a.example"], loaded(text), implemented=implemented)
    headers = {name: secret.value for name, secret in settings.mirrors[0].access.headers}
    assert headers == {"x-key": "k", "authorization": "Basic dDBrZW46"}


def test_every_bad_url_is_told(loaded: Load, implemented: frozenset[CheckName]) -> None:
    """With its reason and without its password."""
    urls = ["ftp://a.example", "https://", "http://u:hunter2@b.example", "https://u:hunter2@x:y"]
    with pytest.raises(ConfigError) as caught:
        ad_hoc(urls, loaded(BASE), implemented=implemented)
    assert str(caught.value).splitlines() == [
        "ftp://a.example: it must start with https:// or http://",
        "https://: it has no host",
        "http://b.example: credentials for a plain http URL; the go command refuses to send them, so do we",
        "https://x:…: the port must be a number from 1 to 65535",
    ]


def test_a_goproxy_value_is_mirrors_and_a_chain(
    loaded: Load, implemented: frozenset[CheckName]
) -> None:
    """`direct` and `file:` are no mirrors; the chain keeps its separators, not its passwords."""
    value = (
        "https://u:hunter2@a.example|known.example/go/,file:///srv/go,direct,https://never.example"
    )
    settings = ad_hoc_goproxy(
        value,
        loaded(BASE),
        implemented=implemented,
        gonoproxy="*.corp",
        gonosumdb="b",
        gosumdb="off",
    )
    assert [each.name for each in settings.mirrors] == ["a.example", "known.example/go"]
    (chain,) = settings.chains
    assert chain.goproxy == "https://a.example|https://known.example/go/,file:///srv/go,direct"
    assert (chain.gonoproxy, chain.gonosumdb, chain.gosumdb) == ("*.corp", "b", None)
    assert settings.checksum_database is None
    assert "hunter2" not in repr(settings)


def test_direct_alone_is_a_chain_without_mirrors(
    loaded: Load, implemented: frozenset[CheckName]
) -> None:
    """There is nothing to ask, and still something to judge."""
    settings = ad_hoc_goproxy("direct", loaded(BASE), implemented=implemented)
    assert settings.mirrors == ()
    assert settings.chains[0].goproxy == "direct"
    assert settings.checksum_database == "sum.golang.org"


@pytest.mark.parametrize(
    ("value", "gosumdb", "path"),
    [(",|", "", "GOPROXY"), ("foo", "", "GOPROXY"), ("direct", "sum.example", "GOSUMDB")],
)
def test_bad_values_are_told(
    loaded: Load, implemented: frozenset[CheckName], value: str, gosumdb: str, path: str
) -> None:
    """By the name of the variable."""
    with pytest.raises(ConfigError, match=f"^{path}: "):
        ad_hoc_goproxy(value, loaded(BASE), implemented=implemented, gosumdb=gosumdb)
