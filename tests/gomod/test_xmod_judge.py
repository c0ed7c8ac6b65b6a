"""Whatever our rules say, golang.org/x/mod and Go's standard library say too."""

import unicodedata
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod import media_type, path, version
from goproxy_exporter.gomod.fold import fold
from goproxy_exporter.gomod.info import parse_info
from goproxy_exporter.gomod.listing import parse_list
from goproxy_exporter.gomod.patterns import match_prefix_patterns
from goproxy_exporter.gomod.proxy_url import check_proxy_url

pytestmark = pytest.mark.timeout(240)  # the judge may have to be built first

Judge = Callable[..., dict[str, Any]]

many = settings(max_examples=250)

_BITS = [
    *["a", "B", "v1", "v2", "v0", "v10", ".v1", ".v0", "gopkg.in/", "/", "//", ".", "..", "-"],
    *["~", "~1", "con", "Aux.go", "com1", "_", "!", "!b", "!B", "é", "+", " ", "@", "[", ":"],
    *["-unstable", "example.com", "x.y/z", "0", "\\", "\n", "\u0301", "中", "\x7f", "'"],
]
paths = st.lists(st.sampled_from(_BITS), max_size=7).map("".join) | st.text(max_size=12)
_VERSION_BITS = [
    *["v", "0", "1", "2", "01", "10", ".", "-", "+", "a", "rc", "-0", "incompatible"],
    *["+incompatible", "v1.2.3", "v0.0.0", "-20191109021931-", "20191109021931", "abc", "-pre.0."],
    *["20191399999999", "00010101000000", "é", "00", "9" * 25],
]
versions = st.lists(st.sampled_from(_VERSION_BITS), max_size=8).map("".join) | st.from_regex(
    r"v(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})"
    r"(-[0-9a-zA-Z.-]{1,8})?(\+[0-9a-z.-]{1,8}|\+incompatible)?",
    fullmatch=True,
)


def allowed(call: Callable[..., object], *args: object) -> bool:
    try:
        call(*args)
    except ProtocolError:
        return False
    return True


def outcome(call: Callable[..., str], *args: str) -> tuple[bool, str]:
    try:
        return True, call(*args)
    except ProtocolError:
        return False, ""


def known(text: str) -> bool:
    """Whether this Python's Unicode tables have every character."""
    return all(unicodedata.category(char) not in {"Cn", "Cs"} for char in text)


@many
@given(paths)
@example("gopkg.in/x.v0-unstable")
@example("gopkg.in/x.v1-unstable")
@example("x.y/v1.2")
@example("x.y/v")
def test_paths(judge: Judge, text: str) -> None:
    """The same module paths, file names and escapes are legal."""
    assume(known(text))
    assert allowed(path.check_path, text) == judge("check_path", text)["ok"]
    assert allowed(path.check_file_path, text) == judge("check_file_path", text)["ok"]
    for op in ("escape_path", "unescape_path", "escape_version", "unescape_version"):
        ruling = judge(op, text)
        assert outcome(getattr(path, op), text) == (
            ruling["ok"],
            ruling["out"][0] if ruling["ok"] else "",
        ), op


@many
@given(versions)
def test_versions(judge: Judge, text: str) -> None:
    """A version has the same parts, and is or is not a pseudo-version."""
    canonical, major, prerelease, build, valid, pseudo = judge("version", text)["out"]
    assert version.canonical(text) == canonical
    assert version.major(text) == major
    assert version.prerelease(text) == prerelease
    assert version.build(text) == build
    assert version.is_valid(text) == (valid == "true")
    assert version.is_pseudo(text) == (pseudo == "true")
    ruling = judge("pseudo", text)
    assert allowed(version.pseudo_time, text) == ruling["ok"]
    if ruling["ok"]:
        assert f"{version.pseudo_time(text):%Y-%m-%dT%H:%M:%SZ}".zfill(20) == ruling["out"][0]
        assert version.pseudo_rev(text) == ruling["out"][1]


@many
@given(st.lists(versions, max_size=6))
def test_order(judge: Judge, texts: list[str]) -> None:
    """Versions sort in the same order, and two of them compare alike."""
    assert sorted(texts, key=version.sort_key) == judge("sort", *texts)["out"]
    for left, right in pairwise(texts):
        assert str(version.compare(left, right)) == judge("compare", left, right)["out"][0]


@many
@given(
    st.sampled_from(
        ["a.b/c", "a.b/c/v2", "a.b/c/v10", "gopkg.in/c.v1", "gopkg.in/c.v2-unstable", "b/c"]
    )
    | paths,
    versions,
)
def test_path_versions(judge: Judge, module: str, text: str) -> None:
    """The same versions fit a path."""
    assume(known(module))
    assert allowed(version.check_path_version, module, text) == judge("check", module, text)["ok"]


_GLOB_BITS = [*"ab/*?,[]^-\\", "a.b", "[a-c]", "[^a]", "*", "x"]


@settings(max_examples=500)
@given(
    st.lists(st.sampled_from(_GLOB_BITS), max_size=7).map("".join),
    st.lists(st.sampled_from([*"ab/xc-]^\\", "a.b"]), max_size=7).map("".join),
)
@example("a[/]b", "a/b")
@example("a[^x]b", "a/b")
@example("[a", "a")
@example("[]a]", "]")
@example("[-a]", "-")
@example("a\\", "a")
def test_patterns(judge: Judge, globs: str, target: str) -> None:
    """The same globs match the same paths."""
    assert (
        str(match_prefix_patterns(globs, target)).lower() == judge("match", globs, target)["out"][0]
    )


json_texts = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["v1.0.0", "2019-12-14T22:12:22Z", "2019-12-14T22:12:22.5+01:00", "x"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.lists(
            st.tuples(st.sampled_from(["Version", "Time", "Origin", "URL", "x"]), inner), max_size=3
        )
    ),
    max_leaves=4,
)


def as_json(value: object) -> str:
    """Write pairs as an object, so that names may repeat."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case list() if value and all(isinstance(item, tuple) for item in value):
            return "{" + ",".join(f'"{name}":{as_json(item)}' for name, item in value) + "}"
        case list():
            return "[" + ",".join(map(as_json, value)) + "]"
        case _:
            return str(value)


_NAMES = st.sampled_from(
    [
        "Version",
        "version",
        "VER\u017fION",
        "Ver_sion",
        "Time",
        "time",
        "Origin",
        "Name",
        "Short",
        "",
    ]
)
info_texts = st.builds(
    lambda pairs, before, after: (
        before + "{" + ",".join(f'"{name}":{as_json(value)}' for name, value in pairs) + "}" + after
    ).encode(),
    st.lists(st.tuples(_NAMES, json_texts), max_size=4),
    st.sampled_from(["", "", "", " \n", "\ufeff", "\v"]),
    st.sampled_from(["", "", "", "\r\n\t ", "x", "\0", "{}"]),
)


@settings(max_examples=500)
@given(info_texts)
@example(b'{"Version":"v1.0.0","Time":"2019-12-14T22:12:22\\u005a"}')
@example(b'{"Version":"v1.0.\\u0030"}')
@example(b'{"Version":"v1.0.0","x":"\xff"}')
@example(b'{"Version":"v1.0.0\xff"}')
@example(b'{"Version":"v1.0.0","x":NaN}')
@example(b'{"Version":"v1.0.0","x":-Infinity}')
@example(b'{"Version":"v1.0.0","x":1e999}')
@example(b'{"Version":"v1.0.0","x":01}')
@example(b'{"Version":"v1.0.0","x":"\t"}')
@example(b'{"Version":"v1.0.0","x":"\\ud800"}')
@example(b'{"Version":"v1.0.0","x":"\\x41"}')
@example(b'{"Version":"v1.0.0",}')
@example(b'{"Version":"v1.0.0"/**/}')
@example(b'{"Version":"v1.0.0","x":' + b"9" * 5000 + b"}")
@example(b'{"Version":"v1.0.0","x":' + b"[" * 500 + b"]" * 500 + b"}")
@example(b'{"Version":"v1.0.0","x":' + b"[" * 20000 + b"]" * 20000 + b"}")
@example(b'{"Version":"v1.0.0","Origin":{"URL":1}}')
@example(b'{"Version":"v1.0.0","Origin":{"url":null,"Extra":1}}')
@example(b'{"Version":"v1.0.0","Origin":[]}')
@example(b'{"Version":"v1.0.0","Version":null}')
@example(b'{"Version":"v1.0.1","Version":"v1.0.0"}')
@example(b"[]")
@example(b"null")
@example(b"0")
def test_info(judge: Judge, body: bytes) -> None:
    """The same metadata is read, with the same version and time, or the same is refused."""
    ruling = judge("info", b64encode(body).decode())
    told = ruling["out"][0] if ruling["ok"] else ""
    assert allowed(parse_info, body, "v1.0.0") == (told == "v1.0.0")
    assert allowed(parse_info, body, None) == (told == version.canonical(told) != "")
    if told == "v1.0.0":
        time = parse_info(body, None).time
        text = "" if time is None else f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"
        assert text == ruling["out"][1][:26]


_STAMP_BITS = st.tuples(
    st.sampled_from(["2019", "0001", "9999", "19", "0000", "+019"]),
    st.sampled_from(["-12-14", "-02-29", "-1-1", "-13-01", "-00-01", "-06-31", "/12/14"]),
    st.sampled_from(["T", "t", " ", ""]),
    st.sampled_from(
        ["22:12:22", "2:12:22", "24:00:00", "22:60:00", "22:12:60", "22:1:22", "22:12"]
    ),
    st.sampled_from(["", ".5", ",5", ".", ".123456789123", ".x"]),
    st.sampled_from(
        ["Z", "z", "+08:00", "-23:59", "+24:60", "+25:00", "+0800", "", "+08:61", "ZZ"]
    ),
)


@settings(max_examples=500)
@given(_STAMP_BITS)
def test_times(judge: Judge, bits: tuple[str, ...]) -> None:
    """The same time stamps are read, the lax ones included."""
    body = f'{{"Version":"v1.0.0","Time":"{"".join(bits)}"}}'.encode()
    ruling = judge("info", b64encode(body).decode())
    assert allowed(parse_info, body, "v1.0.0") == ruling["ok"]
    time = parse_info(body, "v1.0.0").time if ruling["ok"] else None
    if time is not None:
        assert f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}".zfill(26) == ruling["out"][1][:26]


@many
@given(
    st.lists(
        st.sampled_from(
            [
                *[b"v1.0.0", b"v1.0", b"v2.0.0-rc.1", b"v1.0.0+meta", b"\n", b"\n", b"\r\n", b" "],
                *[
                    b"\t",
                    b"\0",
                    b"\x1c",
                    b"\x1f",
                    b"\xc2\xa0",
                    b"\xc2\x85",
                    b"\x85",
                    b"\xff",
                    b"\v",
                ],
                *[b"v0.0.0-20191109021931-daa7c04131f5", b"x", b"v01", b"\xe2\x80\xa8", b"v3.0.0"],
            ]
        ),
        max_size=12,
    ).map(b"".join)
)
def test_lists(judge: Judge, body: bytes) -> None:
    """The same versions are seen in a list, whatever else is in it."""
    assert list(parse_list(body).versions) == judge("list", b64encode(body).decode())["out"]


_URL_BITS = [
    *["https://", "http://", "HTTP://", "file:///", "file://", "file:", "ftp://", "://", ":"],
    *[
        "a.b",
        "u:p@",
        "@",
        ":80",
        ":x",
        "/",
        "?q=1",
        "?",
        "#f",
        "#%zz",
        "%zz",
        "%2F",
        "%41",
        "[::1]",
    ],
    *["[::1%25en0]", "[", "]", "[1.2.3.4]", " ", "\x01", "é", "<", "^", "|", "\\", "*", "1", "a:b"],
]


@settings(max_examples=400)
@given(st.lists(st.sampled_from(_URL_BITS), max_size=5).map("".join))
def test_proxy_urls(judge: Judge, url: str) -> None:
    """The same URLs can stand in GOPROXY."""
    assert allowed(check_proxy_url, url) == judge("proxy_url", url)["ok"]


_TYPE_BITS = [
    *["text/plain", "TEXT/Plain", "text", "text/", "/", "text/html", ";", "; ", " ;", "charset="],
    *[
        "charset",
        "Charset",
        "=",
        "utf-8",
        '"utf-8"',
        '"us\\-ascii"',
        '"a\\"b"',
        "x=y",
        " ",
        ",",
        '"',
    ],
    *["\u00a0", "é", "format=flowed", ";;", "\t"],
]


@settings(max_examples=400)
@given(st.lists(st.sampled_from(_TYPE_BITS), max_size=7).map("".join))
def test_media_types(judge: Judge, text: str) -> None:
    """The same type and charset are read in a Content-Type."""
    kind, charset = judge("media_type", text)["out"]
    mine, parameters = media_type.parse_media_type(text)
    assert (mine, parameters.get("charset", "")) == (kind, charset)


def test_folds(judge: Judge) -> None:
    """The same characters are equal but for case, as far as Python's Unicode tables go."""
    sets = {frozenset(one) for one in judge("folds")["out"] if known(one)}
    mine: defaultdict[str, set[str]] = defaultdict(set)
    for char in filter(known, map(chr, range(0x110000))):
        mine[fold(char)].add(char)
    assert {frozenset(one) for one in mine.values() if len(one) > 1} == sets
