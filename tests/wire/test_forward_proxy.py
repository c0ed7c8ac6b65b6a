"""Which forward proxy, as golang.org/x/net/http/httpproxy decides (fuzzed against it)."""

from typing import Any

import pytest

from goproxy_exporter.model.exchange import Failure
from goproxy_exporter.model.exchange import FailureKind as K
from goproxy_exporter.model.mirror import Access, Credentials, Secret
from goproxy_exporter.wire.forward_proxy import (
    ForwardProxy,
    ProxyRules,
    choose,
    parse_proxy,
)
from goproxy_exporter.wire.target import parse_target

BOTH = {"HTTP_PROXY": "plain.test:1", "HTTPS_PROXY": "http://tls.test:2"}


@pytest.mark.parametrize(
    ("no_proxy", "url", "direct"),
    [
        ("", "https://example.com/", False),
        ("*", "https://example.com/", True),
        ("a.test,*", "https://example.com/", True),
        ("example.com", "https://example.com/", True),
        ("example.com", "https://a.example.com/", True),
        ("example.com", "https://xexample.com/", False),
        (".example.com", "https://example.com/", False),
        (".example.com", "https://a.example.com/", True),
        ("*.example.com", "https://example.com/", False),
        ("EXAMPLE.com ", "https://example.com/", True),
        ("example.com:443", "https://example.com/", True),
        ("example.com:80", "https://example.com/", False),
        ("10.0.0.0/8", "https://10.1.2.3/", True),
        ("10.0.0.0/8", "https://11.1.2.3/", False),
        ("192.0.2.1", "https://192.0.2.1:8443/", True),
        ("192.0.2.1:8443", "https://192.0.2.1/", False),
        ("2001:db8::/32", "https://[2001:db8::1]/", True),
        ("[2001:db8::1]:443", "https://[2001:db8::1]/", True),
        ("1.1.1.1/99,,:80", "https://example.com/", False),
        ("", "https://localhost/", True),
        ("", "http://127.9.9.9/", True),
        ("", "https://[::1]:8443/", True),
    ],
)
def test_no_proxy_is_read_as_go_reads_it(no_proxy: str, url: str, direct: bool) -> None:
    """Suffixes, ports, networks, and never for loopback."""
    rules = ProxyRules.from_environment({**BOTH, "NO_PROXY": no_proxy})
    assert (rules.choose(parse_target(url)) is None) is direct


def test_each_scheme_has_its_variable_and_upper_case_goes_first() -> None:
    """HTTP_PROXY is for http alone; an empty variable is none."""
    environment = {"http_proxy": "lower.test", "HTTPS_PROXY": "", "https_proxy": "b.test:3"}
    rules = ProxyRules.from_environment(environment)
    assert rules.choose(parse_target("http://m.test/")) == ForwardProxy("lower.test", 80)
    assert rules.choose(parse_target("https://m.test/")) == ForwardProxy("b.test", 3)
    both = ProxyRules.from_environment({**environment, "HTTP_PROXY": "upper.test"})
    assert both.choose(parse_target("http://m.test/")) == ForwardProxy("upper.test", 80)
    assert ProxyRules.from_environment({}).choose(parse_target("http://m.test/")) is None


def test_userinfo_becomes_basic_and_is_not_shown() -> None:
    """Percent escapes are undone (RFC 7617)."""
    proxy: Any = parse_proxy("http://u%40x:p%3Aw@proxy.test:3128")
    assert (proxy.host, proxy.port) == ("proxy.test", 3128)
    assert proxy.authorization == "Basic dUB4OnA6dw=="
    assert "dUB4" not in repr(proxy)


@pytest.mark.parametrize("value", ["socks5://p.test", "https://p.test", "http://", "http://a b"])
def test_a_proxy_that_is_not_spoken_is_a_failure(value: str) -> None:
    """Better said than passed over."""
    found = parse_proxy(value)
    assert isinstance(found, Failure)
    assert found.kind is K.PROXY_UNREACHABLE


def test_a_configured_proxy_goes_before_the_environment() -> None:
    """For every host, loopback included; an empty one means none at all."""
    rules = ProxyRules.from_environment({**BOTH, "NO_PROXY": "*"})
    target = parse_target("https://127.0.0.1/")
    secret = Credentials(username="u", password=Secret("inline", "p"))
    access = Access(forward_proxy="http://own.test:5", forward_proxy_credentials=secret)
    assert choose(target, access, rules) == ForwardProxy("own.test", 5, "Basic dTpw")
    open_rules = ProxyRules.from_environment(BOTH)
    elsewhere = parse_target("https://m.test/")
    assert choose(elsewhere, Access(forward_proxy=""), open_rules) is None
    assert choose(elsewhere, Access(), open_rules) == ForwardProxy("tls.test", 2)
