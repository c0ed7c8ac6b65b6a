"""Where a Location leads, as net/url and cmd/go see it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.model.exchange import Failure
from goproxy_exporter.model.exchange import FailureKind as K
from goproxy_exporter.wire.redirect import next_target, resolve
from goproxy_exporter.wire.target import BadUrlError, Target, parse_target

BASE = parse_target("https://m.example/p//q/!r/@v/list?x=1")


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("https://o.example/a", "https://o.example/a"),
        ("HTTPS://O.example", "HTTPS://O.example"),
        ("//o.example:8443/a?b", "https://o.example:8443/a?b"),
        ("/a//b", "https://m.example/a//b"),
        ("b", "https://m.example/p//q/!r/@v/b"),
        ("../b", "https://m.example/p//q/!r/b"),
        ("../../../../../b", "https://m.example/b"),
        ("./", "https://m.example/p//q/!r/@v/"),
        ("?y=2", "https://m.example/p//q/!r/@v/list?y=2"),
        ("", "https://m.example/p//q/!r/@v/list?x=1"),
        ("#top", "https://m.example/p//q/!r/@v/list?x=1"),
        ("///o.example/a", "https://m.example///o.example/a"),
        ("https://o.example/a/../b/./c", "https://o.example/b/c"),
        ("/%41!x", "https://m.example/%41!x"),
        ("/%41!x é", "https://m.example/A%21x%20%C3%A9"),
    ],
)
def test_references_resolve_as_net_url_resolves_them(location: str, url: str) -> None:
    """Every row was checked against url.URL.Parse of go 1.26."""
    assert resolve(location, BASE) == url


@pytest.mark.parametrize(
    "location", ["/%zz", "#%zz", "a:b", ":a", "https:opaque", "/a\x00b", "/a\nb", "/" + "a" * 20000]
)
def test_what_url_parse_refuses_is_refused(location: str) -> None:
    """Bad escapes, control characters, a colon too early, nothing that has a host."""
    with pytest.raises(BadUrlError):
        parse_target(resolve(location, BASE))


@pytest.mark.parametrize(
    ("first", "location", "followed", "kind"),
    [
        ("https://m.example/", "http://o.example/", 0, K.REDIRECT_INSECURE),
        ("https://m.example/", "ftp://o.example/", 0, K.REDIRECT_INSECURE),
        ("https://m.example/", "http://o.example/", 9, K.REDIRECT_INSECURE),
        ("http://m.example/", "ftp://o.example/", 0, K.REDIRECT_INVALID),
        ("http://m.example/", "https://o.example/", 9, K.REDIRECT_LOOP),
        ("http://m.example/", "/%zz", 9, K.REDIRECT_INVALID),
        ("http://m.example/", "https://o.example/", 8, None),
    ],
)
def test_refusals_come_in_the_order_of_go(
    first: str, location: str, followed: int, kind: K | None
) -> None:
    """No URL, then insecure, then too many, then what cannot be asked."""
    target = parse_target(first)
    step = next_target(location, current=target, first=target, followed=followed)
    assert (step.kind if isinstance(step, Failure) else None) is kind


def test_the_first_url_decides_what_is_insecure() -> None:
    """From http over https back to http is allowed; from https it never is."""
    https, http = parse_target("https://m.example/"), parse_target("http://m.example/")
    assert isinstance(next_target("http://o/", current=https, first=http, followed=1), Target)
    assert isinstance(next_target("http://o/", current=https, first=https, followed=1), Failure)


def test_failures_do_not_show_signatures() -> None:
    """A signed URL that is refused is shown without its values."""
    location = "http://o.example/blob?X-Amz-Signature=abc123"
    step: Any = next_target(location, current=BASE, first=BASE, followed=0)
    assert "abc123" not in step.detail
    assert "o.example" in step.detail


@given(st.text(max_size=60))
def test_any_location_leads_somewhere_or_is_refused(location: str) -> None:
    """No text raises anything but a refusal, and what is followed can be sent."""
    step = next_target(location, current=BASE, first=BASE, followed=0)
    if isinstance(step, Target):
        assert step.path.isascii()
        assert " " not in step.path
        assert step.path.startswith(("/", "?"))
