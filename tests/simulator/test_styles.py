"""Each make of server answers as its originals do."""

import base64
from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest

from goproxy_exporter.simulator.modules import CATALOGUE, LARGE, STABLE, UNTAGGED, UPPERCASE
from goproxy_exporter.simulator.reply import Reply
from goproxy_exporter.simulator.request import Kind, Request, read_target
from goproxy_exporter.simulator.styles import STYLES, bucket
from goproxy_exporter.simulator.styles.artifactory import PASSWORD, TOKEN, USER

NOW = 1_700_000_000.0
INFO = f"/{STABLE[0]}/@v/{STABLE[1]}.info"
LIST = f"/{STABLE[0]}/@v/list"
ZIP = f"/{STABLE[0]}/@v/{STABLE[1]}.zip"
BIG = f"/{LARGE[0]}/@v/{LARGE[1]}.zip"
NONE = "/github.com/josharian/intern/zz-none/@v/list"
GONE = f"/{STABLE[0]}/@v/v9.0.0.info"
BASIC = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def asked(style: str, path: str, *, method: str = "GET", auth: str | None = BASIC) -> Reply:
    """Ask a style, with credentials where they are wanted."""
    headers: Mapping[str, str] = {}
    if STYLES[style].login is not None and auth is not None:
        headers = {"authorization": auth}
    request = Request(
        method=method,
        path=path,
        headers=headers,
        at=NOW,
        neighbours={"cdn": "https://cdn.sim.test:1"},
    )
    return STYLES[style].answer(request, CATALOGUE)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("path", [LIST, INFO, ZIP, INFO.replace(".info", ".mod")])
def test_what_is_published_is_served(style: str, path: str) -> None:
    """Lists and files are 200 everywhere."""
    reply = asked(style, path)
    assert (reply.status, bool(reply.body)) == (200, True)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("path", [NONE, GONE, "/x", f"/{UPPERCASE[0]}/@v/list", "/a/@v/b/c"])
def test_what_is_not_published_is_404(style: str, path: str) -> None:
    """Unknown modules and versions, unescaped capitals, nonsense."""
    assert asked(style, path).status == 404


@pytest.mark.parametrize(
    ("style", "path", "kind"),
    [
        ("goproxy", LIST, "text/plain; charset=utf-8"),
        ("goproxy", INFO, "application/json; charset=utf-8"),
        ("goproxy", ZIP, "application/zip"),
        ("athens", LIST, "application/json"),
        ("athens", f"/{STABLE[0]}/@latest", "text/plain; charset=utf-8"),
        ("artifactory", INFO, "application/json"),
        ("static", INFO, "application/octet-stream"),
        ("golang", LIST, "text/plain; charset=UTF-8"),
    ],
)
def test_content_types_are_those_of_the_make(style: str, path: str, kind: str) -> None:
    """Right or wrong, as the originals say."""
    assert asked(style, path).header("content-type") == kind


@pytest.mark.parametrize(
    ("style", "path", "start"),
    [
        ("goproxy", NONE, b"not found: "),
        ("goproxy", GONE, b"not found: github.com/josharian/intern: unknown revision v9.0.0"),
        ("athens", NONE, b"not found: "),
        ("athens", GONE, b""),
        ("artifactory", GONE, b"{"),
        ("static", GONE, b"<!DOCTYPE html>"),
        ("golang", NONE, b"not found: "),
    ],
)
def test_error_bodies_are_those_of_the_make(style: str, path: str, start: bytes) -> None:
    """Text, nothing, JSON or HTML."""
    body = asked(style, path).body
    assert body.startswith(start) if start else not body


@pytest.mark.parametrize(
    ("style", "path", "status"),
    [
        ("goproxy", INFO, 200),
        ("athens", INFO, 405),
        ("athens", LIST, 200),
        ("athens", ZIP, 200),
        ("static", INFO, 200),
    ],
)
def test_head_is_answered_as_the_make_does(style: str, path: str, status: int) -> None:
    """Athens refuses HEAD where others do not."""
    assert asked(style, path, method="HEAD").status == status


@pytest.mark.parametrize("style", STYLES)
def test_nothing_can_be_posted(style: str) -> None:
    """Other methods are refused, though Athens lists whoever asks."""
    assert asked(style, ZIP, method="POST").status == 405


@pytest.mark.parametrize(
    ("auth", "path", "status"),
    [
        (None, LIST, 404),
        (None, NONE, 404),
        (BASIC, LIST, 200),
        (f"Bearer {TOKEN}", LIST, 200),
        ("Bearer other", LIST, 401),
        ("Basic b3RoZXI6b3RoZXI=", LIST, 401),
        ("Basic ???", LIST, 401),
    ],
)
def test_artifactory_hides_everything_from_strangers(
    auth: str | None, path: str, status: int
) -> None:
    """Without credentials good and bad paths look alike; wrong ones are told so."""
    assert asked("artifactory", path, auth=auth).status == status


@pytest.mark.parametrize("style", ["goproxy", "golang"])
def test_large_zips_lead_to_a_link_that_holds_for_a_while(style: str) -> None:
    """The link is honoured as it is, not if it is touched, and not for ever."""
    location = asked(style, BIG).header("location")
    assert location is not None
    url = urlsplit(location)

    def fetched(query: str, at: float) -> int:
        request = Request(method="GET", path=url.path, query=query, at=at)
        return bucket.STYLE.answer(request, CATALOGUE).status

    assert fetched(url.query, NOW + 60) == 200
    assert fetched(url.query.replace("ignature=", "ignature=0"), NOW + 60) == 403
    assert fetched(url.query, NOW + 30 * 86400) == 403
    assert fetched("", NOW) == 403
    assert asked(style, ZIP).status == 200


def test_untagged_modules_have_an_empty_list_but_on_file_servers() -> None:
    """A file server lists whatever files it has, and knows no @latest."""
    listing, latest = f"/{UNTAGGED[0]}/@v/list", f"/{UNTAGGED[0]}/@latest"
    for style in ("goproxy", "athens", "artifactory", "golang"):
        assert asked(style, listing) == asked(style, listing)
        assert (asked(style, listing).status, asked(style, listing).body) == (200, b"")
        assert UNTAGGED[1].encode() in asked(style, latest).body
    assert UNTAGGED[1].encode() in asked("static", listing).body
    assert asked("static", latest).status == 404


def test_branches_are_resolved() -> None:
    """A branch query is answered with the version that it stands for."""
    assert UNTAGGED[1].encode() in asked("goproxy", f"/{UNTAGGED[0]}/@v/master.info").body


@pytest.mark.parametrize(
    ("path", "kind", "module", "version"),
    [
        ("/a.b/c/@v/list", Kind.LIST, "a.b/c", ""),
        ("/a.b/c/@latest", Kind.LATEST, "a.b/c", ""),
        ("/a.b/!c/@v/v1.0.0-!r!c1.info", Kind.INFO, "a.b/C", "v1.0.0-RC1"),
        ("/a.b/c/@v/v2.0.0+incompatible.zip", Kind.ZIP, "a.b/c", "v2.0.0+incompatible"),
        ("/a.b/c/@v/list.mod", Kind.MOD, "a.b/c", "list"),
        ("/a.b/C/@v/list", Kind.OTHER, "", ""),
        ("/a.b/!/@v/list", Kind.OTHER, "", ""),
        ("/@v/list", Kind.OTHER, "", ""),
        ("/a.b/c/@v/v1.0.0.txt", Kind.OTHER, "", ""),
        ("/sumdb/sum.golang.org/supported", Kind.OTHER, "", ""),
    ],
)
def test_paths_are_read_as_the_go_command_writes_them(
    path: str, kind: Kind, module: str, version: str
) -> None:
    """Escapes are undone; what the go command never writes is something else."""
    target = read_target(path)
    assert (target.kind, target.module, target.version) == (kind, module, version)
