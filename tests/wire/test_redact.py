"""What a URL shows once it may be shown."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.wire.redact import TEXT_LIMIT, URL_LIMIT, plain, redact

SECRET = "s3cr3t"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://goproxy.cn", "https://goproxy.cn"),
        ("https://a.test/b/@v/list", "https://a.test/b/@v/list"),
        ("/b/@v/v1.0.0.zip", "/b/@v/v1.0.0.zip"),
        ("/@v/list", "/@v/list"),
        ("https://user:s3cr3t@a.test:8443/x", "https://a.test:8443/x"),
        ("https://s3cr3t@a.test", "https://a.test"),
        ("https://a:s3cr3t@b@a.test/x", "https://a.test/x"),
        ("//user:s3cr3t@a.test/x", "//a.test/x"),
        ("https:user:s3cr3t@a.test/x", "https:a.test/x"),
        ("https:/\\user:s3cr3t@a.test/x", "https:/\\a.test/x"),
        ("https:///user:s3cr3t@a.test/x", "https:///a.test/x"),
        ("https://user:s3cr/3t@a.test/@v/list", "https://…@v/list"),
        ("https://user:s3cr3t", "https://user:…"),
        ("https://[::1]:8080/x", "https://[::1]:8080/x"),
        ("https://[::1]/x", "https://[::1]/x"),
        ("https://a.test/x?X-Amz-Signature=s3cr3t&n=1", "https://a.test/x?X-Amz-Signature=…&n=…"),
        ("https://a.test/x?s3cr3t", "https://a.test/x?…"),
        ("https://a.test/x?a=&b", "https://a.test/x?a=&…"),
        ("https://a.test/x?a=s3cr3t;b=s3cr3t", "https://a.test/x?a=…;b=…"),
        ("https://a.test/x?a=1?b=s3cr3t", "https://a.test/x?a=…"),
        ("?token=s3cr3t", "?token=…"),
        ("https://a.test/#access_token=s3cr3t", "https://a.test/#…"),
        ("https://a.test/#", "https://a.test/#"),
        ("https://a.test/\r\nSet-Cookie: x", "https://a.test/%0D%0ASet-Cookie: x"),
        ("https://a.test/\x1b[31m\u202e", "https://a.test/%1B[31m%E2%80%AE"),
        ("https://a.test/\ud800", "https://a.test/%ED%A0%80"),
        ("", ""),
    ],
)
def test_the_table(url: str, shown: str) -> None:
    """Host, path and the names of parameters stay; userinfo, values and fragments go."""
    assert redact(url) == shown
    assert SECRET not in redact(url)


segment = st.text(string.ascii_letters + string.digits + "@!-._~", max_size=12)
word = st.text(string.ascii_letters + string.digits + "-._~!$", min_size=1, max_size=12)


@given(
    scheme=st.sampled_from(["https:", "http:", "HTTPS:", ""]),
    user=word,
    host=st.from_regex(r"[a-z][a-z0-9.-]{0,10}(:[0-9]{1,5})?", fullmatch=True),
    path=st.lists(segment, max_size=4),
    names=st.lists(word, max_size=4),
)
def test_no_secret_survives_wherever_it_is_put(
    scheme: str, user: str, host: str, path: list[str], names: list[str]
) -> None:
    """A password, a query value and a fragment are gone, host and path are there."""
    tail = "/".join(["", *path])
    query = "&".join(f"{name}={SECRET}" for name in names)
    shown = redact(f"{scheme}//{user}:{SECRET}@{host}{tail}?{query}#{SECRET}")
    assert SECRET not in shown
    assert shown.startswith(f"{scheme}//{host}{tail}?")
    assert all(f"{name}=…" in shown for name in names)


@given(st.text(max_size=200))
def test_any_text_becomes_one_printable_line(text: str) -> None:
    """Nothing raises, nothing unprintable stays, and twice is once."""
    shown = redact(text)
    assert shown.isprintable()
    assert redact(shown) == shown or len(shown) == URL_LIMIT
    assert plain(text).isprintable()
    assert plain(plain(text)) == plain(text)


@given(st.text("aé?=&/:@#", min_size=600, max_size=2000), st.integers(1, 700))
def test_length_is_bounded(text: str, limit: int) -> None:
    """No text is longer than asked for; what was cut shows it."""
    assert len(redact(text, limit=limit)) <= limit
    assert len(plain(text, limit=limit)) <= limit
    assert plain("x" * (TEXT_LIMIT + 1)).endswith("…")
    assert len(redact("x" * 10_000)) == URL_LIMIT
