import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.config.urls import check_forward_proxy, check_plain_url, parse_url


@pytest.mark.parametrize(
    ("text", "shown", "name"),
    [
        ("https://goproxy.cn", "https://goproxy.cn", "goproxy.cn"),
        (
            "https://mirrors.aliyun.com/goproxy/",
            "https://mirrors.aliyun.com/goproxy/",
            "mirrors.aliyun.com/goproxy",
        ),
        (
            "HTTPS://Host.Example:8443/a%20b",
            "https://Host.Example:8443/a%20b",
            "Host.Example:8443/a%20b",
        ),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("https://[2001:DB8::1]:443/x", "https://[2001:db8::1]:443/x", "[2001:db8::1]:443/x"),
        ("https://localhost", "https://localhost", "localhost"),
        ("https://my_mirror.corp.", "https://my_mirror.corp.", "my_mirror.corp."),
        (
            "https://bücher.example/go",
            "https://xn--bcher-kva.example/go",
            "xn--bcher-kva.example/go",
        ),
        ("https://u:p@host.example/go", "https://host.example/go", "host.example/go"),
    ],
)
def test_good_urls(text: str, shown: str, name: str) -> None:
    """A URL is kept as it is, without userinfo and with its host as it goes over the wire."""
    url = parse_url(text)
    assert (str(url), url.name) == (shown, name)


def test_userinfo_is_decoded_and_never_printed() -> None:
    """Neither str nor repr of a URL gives away what stands before the @."""
    url = parse_url("https://us%40er:p%3Aw@host.example")
    assert (url.username, url.password) == ("us@er", "p:w")
    assert "us@er" not in f"{url}{url!r}"
    assert "p:w" not in f"{url}{url!r}"
    assert parse_url("https://token@host.example").password is None
    assert parse_url("https://user:@host.example").password == ""


@given(st.text(max_size=60) | st.from_regex(r"https?://[ -~]{0,40}", fullmatch=True))
def test_any_text_is_a_url_or_a_reason(text: str) -> None:
    """Parsing gives a URL that parses to itself, or ValueError, and nothing else."""
    try:
        url = parse_url(text)
    except ValueError:
        return
    again = parse_url(str(url))
    assert str(again) == str(url)
    assert again.username is None


def test_credentials_are_refused_where_they_have_no_place() -> None:
    """Databases and indexes are public."""
    with pytest.raises(ValueError, match="credentials cannot be given"):
        check_plain_url("https://u:p@vuln.go.dev")


def test_a_forward_proxy_speaks_http() -> None:
    """Host and port, or off."""
    assert check_forward_proxy("off") == "off"
    assert check_forward_proxy("http://u:p@proxy.example:3128/") == "http://u:p@proxy.example:3128/"
    with pytest.raises(ValueError, match="must end after host and port"):
        check_forward_proxy("http://proxy.example/x")
