"""URLs of a proxy's endpoints; tests against the go command are in test_go_judge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod import endpoint


def test_plain_urls() -> None:
    """The five endpoints are laid out as the protocol says."""
    base, module = "https://goproxy.cn", "github.com/josharian/intern"
    root = "https://goproxy.cn/github.com/josharian/intern"
    assert endpoint.list_url(base, module) == f"{root}/@v/list"
    assert endpoint.latest_url(base, module) == f"{root}/@latest"
    assert endpoint.info_url(base, module, "v1.0.0") == f"{root}/@v/v1.0.0.info"
    assert endpoint.mod_url(base, module, "v1.0.0") == f"{root}/@v/v1.0.0.mod"
    assert endpoint.zip_url(base, module, "v1.0.0") == f"{root}/@v/v1.0.0.zip"


def test_checksum_databases() -> None:
    """A database is asked below its own URL, a relay of it below the proxy's, by its name."""
    path, sent = "lookup/github.com/!burnt!sushi/toml@v1.3.2", "github.com/%21burnt%21sushi/toml"
    assert endpoint.database_url("https://sum.golang.org", "latest") == (
        "https://sum.golang.org/latest"
    )
    for proxy in ("https://a.example/p", "https://a.example/p/"):
        url = endpoint.relay_url(proxy, "h:8/sumdb", path)
        assert url == f"https://a.example/p/sumdb/h:8/sumdb/lookup/{sent}@v1.3.2"
    signed = endpoint.relay_url("https://a.example/p/?key=1", "sum.golang.org", "supported")
    assert signed == "https://a.example/p/sumdb/sum.golang.org/supported?key=1"


def test_escapes() -> None:
    """A capital letter goes out as %21 and a small one, as go sends it; a plus sign as it is."""
    url = endpoint.zip_url("https://h/r/", "github.com/BurntSushi/toml", "v2.0.0-RC1+incompatible")
    assert (
        url == "https://h/r/github.com/%21burnt%21sushi/toml/@v/v2.0.0-%21r%21c1+incompatible.zip"
    )


def test_other_spellings() -> None:
    """Only the one mark is written otherwise, and the base keeps what it has."""
    base, module, version = "https://h/a%21b+c", "x.y/Z", "v2.0.0+incompatible"
    bang, plus = endpoint.Spelling.LITERAL_BANG, endpoint.Spelling.ENCODED_PLUS
    root = "https://h/a%21b+c/x.y"
    assert endpoint.list_url(base, module, spelling=bang) == f"{root}/!z/@v/list"
    info = endpoint.info_url(base, module, version, spelling=bang)
    assert info == f"{root}/!z/@v/v2.0.0+incompatible.info"
    mod = endpoint.mod_url(base, module, version, spelling=plus)
    assert mod == f"{root}/%21z/@v/v2.0.0%2Bincompatible.mod"


@pytest.mark.parametrize(
    ("base", "root"),
    [
        ("https://h", "https://h"),
        ("https://h/", "https://h"),
        ("https://h/goproxy/", "https://h/goproxy"),
        ("https://u:p@h:8/a%2Fb", "https://u:p@h:8/a%2Fb"),
        ("http://h//a/./b/../c", "http://h/a/c"),
        ("http://h/a b", "http://h/a%20b"),
        ("http://h#f", "http://h"),
    ],
)
def test_bases(base: str, root: str) -> None:
    """The base keeps its path and its escapes; one trailing slash does not matter."""
    assert endpoint.list_url(base, "x.y/z") == f"{root}/x.y/z/@v/list"


def test_query_stays_at_the_end() -> None:
    """A query in the base is sent behind the path, as go does."""
    assert endpoint.list_url("https://h/p/?t=1", "x.y/z") == "https://h/p/x.y/z/@v/list?t=1"


@pytest.mark.parametrize(("module", "version"), [("X.y/z", "v1.0.0"), ("x.y/z", "a/b")])
def test_what_cannot_be_asked(module: str, version: str) -> None:
    """A path or query that go would not send is refused."""
    with pytest.raises(ProtocolError):
        endpoint.info_url("https://h", module, version)


@given(st.text(), st.text())
def test_nothing_but_protocol_errors(base: str, version: str) -> None:
    """Whatever the base and the version, the only error is ProtocolError."""
    endpoint.list_url(base, "x.y/z")
    try:
        url = endpoint.info_url("https://h", "x.y/z", version)
    except ProtocolError:
        return
    assert url.isascii()
    assert " " not in url
