"""What may be sent to whom."""

from goproxy_exporter.model.mirror import Access, Credentials, Secret
from goproxy_exporter.wire.credentials import (
    Disclosure,
    authorization_of,
    is_insecure,
    secret_headers,
)
from goproxy_exporter.wire.target import parse_target

BASIC = Credentials(username="me", password=Secret("inline", "pässword"))
BEARER = Credentials(token=Secret("inline", "tok3n"))


def test_authorization_is_spelt_as_the_rfcs_say() -> None:
    """Basic in UTF-8, Bearer as it is, nothing for nobody."""
    assert authorization_of(BASIC) == "Basic bWU6cMOkc3N3b3Jk"
    assert authorization_of(BEARER) == "Bearer tok3n"
    assert authorization_of(Credentials(username="me")) == "Basic bWU6"
    assert authorization_of(Credentials()) is None
    assert authorization_of(None) is None


def test_only_the_first_origin_over_tls_may_see_them() -> None:
    """Another port, host or scheme is another origin; who strayed does not come back."""
    first = parse_target("https://m.example/")
    for other in ("https://m.example:8443/", "https://a.m.example/", "http://m.example/"):
        disclosure = Disclosure(first)
        assert disclosure.allows(first)
        assert disclosure.allows(parse_target("https://M.example:443/x"))
        assert not disclosure.allows(parse_target(other))
        assert not disclosure.allows(first)


def test_plain_http_discloses_nothing() -> None:
    """Credentials and extra headers make a plain URL insecure; a bare access does not."""
    plain, tls = parse_target("http://m.example/"), parse_target("https://m.example/")
    assert not Disclosure(plain).allows(plain)
    assert is_insecure(Access(credentials=BEARER), plain)
    assert is_insecure(Access(headers=(("X", Secret("inline", "y")),)), plain)
    assert not is_insecure(Access(credentials=BEARER), tls)
    assert not is_insecure(Access(), plain)


def test_configured_headers_cannot_change_the_question() -> None:
    """Framing, Host and unsendable values are left out."""
    bad = {"Host": "evil", "transfer-encoding": "chunked", "X-Bad": "a\r\nb: c", "X-Blank": " a"}
    headers = tuple((name, Secret("inline", value)) for name, value in bad.items())
    assert secret_headers(Access(headers=headers)) == ()


def test_every_name_that_the_rfc_allows_is_sent() -> None:
    """What the configuration takes for the name of a header is never left out in silence."""
    names = ("X-Team", "x_team", "X.Team", "!#$%&'*+.^`|~")
    headers = tuple((name, Secret("inline", "t")) for name in names)
    assert secret_headers(Access(headers=headers)) == tuple((name, "t") for name in names)
