"""URLs taken apart without being changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.wire.target import BadUrlError, is_literal, parse_target


@pytest.mark.parametrize(
    ("url", "host", "port", "authority", "path", "label"),
    [
        ("https://goproxy.cn", "goproxy.cn", 443, "goproxy.cn", "/", "goproxy.cn"),
        ("HTTP://H.example:80/x", "h.example", 80, "H.example:80", "/x", "h.example"),
        ("https://h:8443/a?b=c#d", "h", 8443, "h:8443", "/a?b=c", "h:8443"),
        ("https://h?x", "h", 443, "h", "/?x", "h"),
        ("https://u:p@h/", "h", 443, "h", "/", "h"),
        ("https://[::1]:8443/", "::1", 8443, "[::1]:8443", "/", "[::1]:8443"),
        (
            "https://h/!a//b/@v/v1+incompatible.zip",
            "h",
            443,
            "h",
            "/!a//b/@v/v1+incompatible.zip",
            "h",
        ),
        ("https://h/a b/é", "h", 443, "h", "/a%20b/%C3%A9", "h"),
        (
            "https://bücher.example/",
            "xn--bcher-kva.example",
            443,
            "xn--bcher-kva.example",
            "/",
            "xn--bcher-kva.example",
        ),
    ],
)
def test_a_url_is_taken_apart_and_left_alone(
    url: str, host: str, port: int, authority: str, path: str, label: str
) -> None:
    """Literal ``!`` and ``+``, double slashes and the Host's spelling stay; userinfo goes."""
    target = parse_target(url)
    assert (target.host, target.port) == (host, port)
    assert (target.authority, target.path, target.label) == (authority, path, label)


@pytest.mark.parametrize(
    "url",
    ["", "h", "/h", "ftp://h/", "https://", "https:///x", "https://h:0/", "https://h:99999/", "https://[::1/", "https://[x]/", "https://a b/", "https://h:8a/", "https://u[@h/"],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(url: str) -> None:
    """The reason quotes nothing of the URL."""
    with pytest.raises(BadUrlError):
        parse_target(url)


@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://h/", "https://h:1"]))
def test_no_text_raises_anything_else(text: str, before: str) -> None:
    """A target can always be sent: printable ASCII only."""
    try:
        target = parse_target(before + text)
    except BadUrlError:
        return
    assert (target.authority + target.path).isascii()
    assert (target.authority + target.path).isprintable()
    assert 0 < target.port < 65536


def test_literals_are_addresses() -> None:
    """Names are not."""
    assert is_literal("127.0.0.1")
    assert is_literal("::1")
    assert not is_literal("localhost")
    assert not is_literal("1.2.3")
