"""Bodies of a 200, one by one."""

import gzip
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from goproxy_exporter.model.cause import Code

Judge = Callable[..., Any]

HTML = b"<!DOCTYPE html>\n<html><body>Sign in</body></html>"
SOFT, WRONG = Code.SEMANTICS_SOFT200, Code.INTEGRITY_INFO_MISMATCH
INVALID, ENCODED = Code.INTEGRITY_ZIP_INVALID, Code.INTEGRITY_CONTENT_ENCODING
RIGHT_INFO = b'{"Version":"v1.2.3","Time":"2020-01-02T03:04:05Z"}'

CASES: dict[str, list[tuple[bytes, Code | None]]] = {
    "LIST": [
        (b"v1.0.0\nv1.2.3\n", None),
        (b"v1.0.0\r\nv1.2.3\r\n", None),
        (b"v1.2.3\nv1.0.0\nv1.2.3\n\0\0\0", None),
        (b"v1.2.3 2020-01-02T03:04:05Z\n", None),
        (b"", None),
        (b"\n\n", None),
        (b"\0\0\0\0", None),
        (b"v0.0.0-20200102030405-0123456789ab\n", None),
        (b"v2.0.0+incompatible\nv1.0.0\n", None),
        (HTML, SOFT),
        (b"\xef\xbb\xbf  " + HTML, SOFT),
        (b"<pre>\nv1.0.0\n</pre>", SOFT),
        (b"not found: unknown module", SOFT),
        (b'{"error":"nope"}', SOFT),
        (b"v1.0.0\nv9.0.0\n", Code.INTEGRITY_LIST_INVALID),
        (b"v1.0.0\nv1.9.9+meta\n", Code.INTEGRITY_LIST_INVALID),
        (b"v1.0.0\nv1.0." + b"9" * 245, None),
        (b"v1.0.0\nv1.0." + b"9" * 246, Code.INTEGRITY_LIST_INVALID),
        (gzip.compress(b"v1.0.0\n", mtime=0), ENCODED),
        (gzip.compress(HTML, mtime=0), SOFT),
    ],
    "INFO": [
        (RIGHT_INFO, None),
        (b'{"Version":"v1.2.3"}\n', None),
        (b"", SOFT),
        (b" \n", SOFT),
        (HTML, SOFT),
        (b"not found", SOFT),
        (b"Found", SOFT),
        (b"null", WRONG),
        (RIGHT_INFO + b"x", WRONG),
        (b'{"Version":"v1.2.3","Time":"yesterday"}', WRONG),
        (b'{"Version":"v1.0.0"}', WRONG),
        (b'{"error":"not found"}', WRONG),
        (b'{"Version":', WRONG),
        (b"\x00\x01\x02", WRONG),
        (gzip.compress(RIGHT_INFO, mtime=0), ENCODED),
        (gzip.compress(b'{"Version":"v1.0.0"}', mtime=0), WRONG),
    ],
    "LATEST": [
        (RIGHT_INFO, None),
        (b'{"Version":"v0.0.0-20200102030405-0123456789ab"}', None),
        (b'{"Version":"v2.0.0"}', WRONG),
        (b'{"Version":"v1.0.' + b"9" * 246 + b'"}', WRONG),
        (b"", SOFT),
        (HTML, SOFT),
    ],
    "MOD": [
        (b"module example.com/canary\n", None),
        (b'// a comment\nmodule "example.com/canary"\n\ngo 1.20\n', None),
        (b"", SOFT),
        (HTML, SOFT),
        (b"not found", SOFT),
        (gzip.compress(b"module example.com/canary\n", mtime=0), ENCODED),
    ],
    "ZIP": [
        (b"PK\x03\x04rest", None),
        (b"PK\x03\x04garbage", INVALID),
        (b"\x00\x01\x02\x03", INVALID),
        (b"", SOFT),
        (HTML, SOFT),
        (b'<a href="https://storage.example/x">Found</a>.\n\n', SOFT),
        (b"not found: x", SOFT),
        (gzip.compress(b"PK\x03\x04rest", mtime=0), ENCODED),
        (gzip.compress(b"neither", mtime=0), INVALID),
    ],
    "MISSING": [
        (b"", None),
        (b"\n", None),
        (HTML, SOFT),
        (b"not found", SOFT),
        (b"v1.0.0\n", SOFT),
    ],
    "PREFIX": [(b"", None), (HTML, None), (b"v1.0.0\n", None)],
}
ROWS = [(name, body, code) for name, rows in CASES.items() for body, code in rows]


@pytest.mark.parametrize(("name", "body", "code"), ROWS)
def test_bodies(
    say: SimpleNamespace, symptom: Judge, name: str, body: bytes, code: Code | None
) -> None:
    """A 200 asserts what its bytes show, whatever its Content-Type says."""
    for kind in ("text/html", "application/json", ""):
        told = symptom(getattr(say, name), 200, body=body, headers={"content-type": kind})
        assert (told.code if told else None) is code


def test_login_page_of_another_host(say: SimpleNamespace, symptom: Judge) -> None:
    """A page that a redirect led to names the host that shows it."""
    told = symptom(say.INFO, 200, body=HTML, host="login.example", via=say.HOST)
    assert told.code is SOFT
    assert told.evidence["login_host"] == "login.example"


def test_gzip_bomb(say: SimpleNamespace, symptom: Judge) -> None:
    """What would decode to far too much is looked at only as far as it takes."""
    bomb = gzip.compress(b"v1.0.0\n" + b"\n" * 50_000_000, mtime=0)
    assert symptom(say.LIST, 200, body=bomb).code is ENCODED


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("LIST", b"v1.0." + b"9" * 5_000_000),
        ("LIST", b"v1.0.0-" + b"a" * 5_000_000),
        ("LIST", b"v" + b"9" * 5_000_000 + b".0.0"),
        ("INFO", b'{"Version":"v1.0.' + b"9" * 200_000 + b'"}'),
        ("INFO", b'{"Version":"v1.2.3","Time":"' + b"9" * 200_000 + b'"}'),
        ("LATEST", b'{"Version":"v1.0.0-' + b"a" * 200_000 + b'"}'),
    ],
)
def test_what_a_mirror_says_is_not_kept_at_length(
    say: SimpleNamespace, symptom: Judge, name: str, body: bytes
) -> None:
    """Results are remembered: a version without end makes no summary and no evidence without end."""
    told = symptom(getattr(say, name), 200, body=body)
    assert len(told.summary) < 1500
    assert all(len(str(value)) < 1500 for value in told.evidence.values())
