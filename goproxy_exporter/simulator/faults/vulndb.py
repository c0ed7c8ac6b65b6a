"""Faults of a vulnerability database, above all of a mirror of one."""

import gzip
from collections.abc import Callable
from dataclasses import replace

from goproxy_exporter.simulator.conduct import Bend, Conduct, Fault, Scene, Sight
from goproxy_exporter.simulator.faults.bends import (
    Test,
    answering,
    body,
    everything,
    gzipped,
    having,
    when,
)
from goproxy_exporter.simulator.faults.sights import seen_when
from goproxy_exporter.simulator.known import Known
from goproxy_exporter.simulator.reply import Reply, page, text
from goproxy_exporter.simulator.request import Request
from goproxy_exporter.simulator.vulnerability import Vulnerability

HOSTS = ("vuln-mirror", "vuln")
_HOUR, _DAY = 3600.0, 86400.0
_EVERY = 5
_GZ = ".json.gz"


def _fault(code: str, variant: str, meaning: str, here: Conduct) -> Fault:
    name, expects = f"{code}{variant}", code if code.startswith("vulndb.") else None
    return Fault(name, meaning, expects, here=here, only=HOSTS)


def _unreadable(variant: str, meaning: str, bend: Bend, test: Test) -> Fault:
    return _fault("vulndb.unreadable", variant, meaning, Conduct(bend=when(test, bend)))


def _incomplete(variant: str, meaning: str, sight: Sight) -> Fault:
    return _fault("vulndb.incomplete", variant, meaning, Conduct(sight=sight))


def _entry(variant: str, meaning: str, sight: Sight) -> Fault:
    """Know entries otherwise where they themselves are asked for, not in the index."""
    here = Conduct(sight=seen_when(_below("/ID/"), sight))
    return _fault("vulndb.unreadable", variant, meaning, here)


def _below(start: str) -> Test:
    """Only files whose paths begin so."""
    return lambda request, _scene: request.path.startswith(start)


def _named(name: str) -> Test:
    """Only this file, plain or compressed."""
    return lambda request, _scene: request.path in (f"{name}.json", f"{name}{_GZ}")


def _compressed(request: Request, _: Scene) -> bool:
    return request.path.endswith(_GZ)


def _plain(request: Request, _: Scene) -> bool:
    return request.path.endswith(".json")


def _head(request: Request, _: Scene) -> bool:
    return request.method == "HEAD"


def _as_of(seconds: float) -> Sight:
    """Know only what was known so long ago."""

    def sight(known: Known, request: Request, _: Scene) -> Known:
        then = (one.at(request.at - seconds) for one in known.vulnerabilities)
        return replace(known, vulnerabilities=tuple(one for one in then if one))

    return sight


def _knowing(change: Callable[[int, Vulnerability], Vulnerability | None]) -> Sight:
    """Know entries, counted from 1 and the most recent first, as `change` makes them."""

    def sight(known: Known, _: Request, __: Scene) -> Known:
        entries = (change(number, one) for number, one in enumerate(known.vulnerabilities, 1))
        return replace(known, vulnerabilities=tuple(one for one in entries if one))

    return sight


def _lost(number: int, entry: Vulnerability) -> Vulnerability | None:
    return None if number % _EVERY == 0 else entry


def _valid(_: int, entry: Vulnerability) -> Vulnerability | None:
    return None if entry.withdrawn else entry


def _unrevised(number: int, entry: Vulnerability) -> Vulnerability:
    return entry if number == 1 else replace(entry, revisions=entry.revisions[:1])


def _dated(seconds: float) -> Sight:
    """Take every last revision for so much later than it is."""
    return _knowing(
        lambda _, entry: replace(
            entry, revisions=(*entry.revisions[:-1], entry.revisions[-1] + seconds)
        )
    )


VULNDB = (
    _fault(
        "vulndb.stale", "", "everything is as it was ten days ago", Conduct(sight=_as_of(10 * _DAY))
    ),
    _fault(
        "healthy/vulndb-late",
        "",
        "everything is as it was an hour ago",
        Conduct(sight=_as_of(_HOUR)),
    ),
    _fault(
        "healthy/vulndb-gzip-only",
        "",
        "only the compressed files are there",
        Conduct(bend=when(_plain, answering(text(404, "not found")))),
    ),
    _incomplete("", "every fifth entry is missing, wherever one looks", _knowing(_lost)),
    _incomplete(
        "/index",
        "every fifth entry is missing from the index by modules alone",
        seen_when(_named("/index/modules"), _knowing(_lost)),
    ),
    _incomplete("/withdrawn", "withdrawn entries are missing", _knowing(_valid)),
    _incomplete(
        "/older", "all entries but the newest are as they were first", _knowing(_unrevised)
    ),
    _unreadable("", "the compressed files are not compressed", body(gzip.decompress), _compressed),
    _unreadable("/head", "HEAD is refused", answering(text(405, "method not allowed")), _head),
    _unreadable(
        "/content_encoding",
        "compressed files have a Content-Encoding, so that clients undo what they will undo again",
        having(content_encoding="gzip"),
        _compressed,
    ),
    _unreadable("/html", "everything is a login page", answering(page(200, "Sign in")), everything),
    _unreadable("/empty", "everything is empty", body(lambda _: b""), everything),
    _unreadable("/cut", "compressed files end early", body(lambda data: data[:-12]), _compressed),
    _unreadable(
        "/no_json",
        "compressed files hold no JSON",
        answering(Reply(body=gzipped(b"<html></html>"))),
        _compressed,
    ),
    _unreadable(
        "/entry_missing",
        "the index names entries whose files are 404",
        answering(text(404, "not found")),
        _below("/ID/"),
    ),
    _entry("/entry_older", "entries are older than the index says", _dated(-_DAY)),
    _entry("/entry_newer", "entries are newer than the index says", _dated(_DAY)),
)
