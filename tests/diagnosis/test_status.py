"""Final statuses, one by one."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.names import Blame

Judge = Callable[..., Any]

MUST_EXIST = {
    201: Code.HTTP_UNEXPECTED_STATUS,
    204: Code.HTTP_UNEXPECTED_STATUS,
    206: Code.HTTP_UNEXPECTED_STATUS,
    304: Code.HTTP_UNEXPECTED_STATUS,
    400: Code.HTTP_UNEXPECTED_STATUS,
    401: Code.HTTP_401_CREDENTIALS,
    403: Code.HTTP_403_POLICY,
    404: Code.MODULE_MISSING,
    405: Code.HTTP_UNEXPECTED_STATUS,
    410: Code.MODULE_MISSING,
    418: Code.HTTP_UNEXPECTED_STATUS,
    429: Code.HTTP_429,
    451: Code.HTTP_403_POLICY,
    478: Code.HTTP_UNEXPECTED_STATUS,
    500: Code.HTTP_5XX,
    502: Code.HTTP_5XX,
    503: Code.HTTP_5XX,
    504: Code.HTTP_5XX,
    522: Code.HTTP_5XX,
    600: Code.HTTP_UNEXPECTED_STATUS,
}


@pytest.mark.parametrize(("status", "code"), MUST_EXIST.items())
def test_of_what_must_exist(say: SimpleNamespace, symptom: Judge, status: int, code: Code) -> None:
    """For a canary that must exist, every status but 200 asserts the code of its class."""
    assert symptom(say.INFO, status).code is code


@pytest.mark.parametrize("status", [404, 410])
def test_not_here_is_right(say: SimpleNamespace, symptom: Judge, status: int) -> None:
    """404 and 410 are right answers for @latest and for what cannot exist."""
    assert symptom(say.LATEST, status) is None
    assert symptom(say.MISSING, status) is None


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
def test_ignored_answers(say: SimpleNamespace, symptom: Judge, status: int) -> None:
    """The go command ignores whatever a prefix answers, and so does the verdict."""
    assert symptom(say.PREFIX, status) is None


@pytest.mark.parametrize("status", [400, 401, 403, 451, 407])
def test_another_host_denies(say: SimpleNamespace, symptom: Judge, status: int) -> None:
    """A 4xx of the host that a redirect leads to is that host's denial."""
    told = symptom(say.ZIP, status, host=say.TARGET, via=say.HOST)
    assert (told.code, told.blame) == (Code.REDIRECT_TARGET_DENIED, Blame.REDIRECT_TARGET)


def test_another_host_fails(say: SimpleNamespace, symptom: Judge) -> None:
    """A 5xx of the host that a redirect leads to is a 5xx, and that host's fault."""
    told = symptom(say.ZIP, 500, host=say.TARGET, via=say.HOST)
    assert (told.code, told.blame) == (Code.HTTP_5XX, Blame.REDIRECT_TARGET)


@pytest.mark.parametrize(
    "body",
    [
        b"not found: bad upstream",
        b"not found: fetch timed out",
        b"not found: example.com/x: dial tcp 192.0.2.1:443: connect: connection refused",
        b"Not Found: Get https://example.com: net/http: TLS handshake timeout",
        b"not found: context deadline exceeded",
        b"not found: read tcp: i/o timeout",
    ],
)
def test_masked_upstream_failure(say: SimpleNamespace, symptom: Judge, body: bytes) -> None:
    """A 404 that says what went wrong further up is no absence."""
    told = symptom(say.INFO, 404, body=body)
    assert (told.code, told.blame) == (Code.SEMANTICS_MASKED_UPSTREAM_FAILURE, Blame.UPSTREAM)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not found: example.com/canary@v1.2.3: invalid version: unknown revision v1.2.3",
        b"not found: temporarily unavailable",
        b"<html><head><title>404 Not Found</title></head></html>",
        b"not found: exit status 128: fatal: could not read Username for 'https://github.com'",
    ],
)
def test_honest_absence(say: SimpleNamespace, symptom: Judge, body: bytes) -> None:
    """A 404 that says only that there is nothing asserts an absence."""
    assert symptom(say.INFO, 404, body=body).code is Code.MODULE_MISSING


def test_promised_version(say: SimpleNamespace, symptom: Judge) -> None:
    """A version that the mirror lists and then does not have makes the list invalid."""
    assert symptom(say.LISTED, 404).code is Code.INTEGRITY_LIST_INVALID
