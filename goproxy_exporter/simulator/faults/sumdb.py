"""Faults of a mirror as the way to a checksum database: it is none, or promises too much."""

from goproxy_exporter.simulator.conduct import MIRROR, Bend, Conduct, Door, Fault
from goproxy_exporter.simulator.dns import NameAnswer
from goproxy_exporter.simulator.dns_message import Rcode
from goproxy_exporter.simulator.faults.bends import (
    Test,
    answering,
    body,
    both,
    breaking,
    each,
    everything,
    fresh,
    having,
    when,
)
from goproxy_exporter.simulator.faults.notes import asking, forged, signatures
from goproxy_exporter.simulator.faults.sights import heads_older_than
from goproxy_exporter.simulator.inquiry import Resource
from goproxy_exporter.simulator.reply import Ending, Reply, page, text

DATABASE = "sum"
"""The checksum database's own host."""
_SUPPORTED, _LATEST = asking(Resource.SUPPORTED), asking(Resource.LATEST)
_LOOKUP, _TILE = asking(Resource.LOOKUP), asking(Resource.TILE)
_HOUR = 3600.0
_NOT_PROXIED = "not found: no such checksum database here"
_EMPTY = answering(Reply().having(content_type="text/plain; charset=UTF-8"))
_SILENT = breaking(Ending.SILENCE)
_HTML = answering(page(200, "Sign in to continue"))
_NO_RECORD = text(404, "not found: no such record")


def _bent(code: str, variant: str, meaning: str, test: Test, bend: Bend) -> Fault:
    here = Conduct(bend=when(test, bend))
    return Fault(f"{code}{variant}", meaning, code, here=here, only=(MIRROR,))


def _not_proxied(variant: str, meaning: str, status: int) -> Fault:
    bend = answering(text(status, _NOT_PROXIED))
    return _bent("sumdb.not_proxied", variant, meaning, asking(), bend)


def _unreachable(variant: str, meaning: str, database: Conduct) -> Fault:
    name = "sumdb.unreachable"
    return Fault(
        f"{name}{variant}",
        f"the checksum database is not relayed, and its own host {meaning}",
        name,
        here=Conduct(bend=when(asking(), answering(text(404, _NOT_PROXIED)))),
        elsewhere={DATABASE: database},
        only=(MIRROR,),
    )


def _answers(reply: Reply) -> Conduct:
    return Conduct(bend=when(everything, answering(reply)))


def _supported(variant: str, meaning: str, reply: Reply) -> Fault:
    return _bent("sumdb.supported_error", variant, meaning, _SUPPORTED, answering(reply))


def _half(variant: str, meaning: str, bend: Bend, test: Test = _LOOKUP) -> Fault:
    return _bent("sumdb.half_proxied", variant, meaning, test, bend)


def _stale(variant: str, meaning: str, bend: Bend) -> Fault:
    return _bent("sumdb.lookup_stale", variant, meaning, each(_LOOKUP, fresh), bend)


def _odd(name: str, meaning: str, bend: Bend) -> Fault:
    return Fault(name, meaning, None, here=Conduct(bend=when(_LATEST, bend)), only=(MIRROR,))


PROXYING = (
    _not_proxied("", "the checksum database is not relayed: supported is 404", 404),
    _not_proxied("/410", "the same, with 410", 410),
    _unreachable("", "refuses connections", Conduct(door=Door.REFUSED)),
    _unreachable("/nxdomain", "does not exist", Conduct(name=NameAnswer(rcode=Rcode.NXDOMAIN))),
    _unreachable("/silent", "never answers", Conduct(bend=_SILENT)),
    _unreachable("/500", "answers 500", _answers(text(500, "internal server error"))),
    _unreachable("/html", "is a login page", _answers(page(200, "Sign in to continue"))),
    _unreachable("/signature", "signs wrongly", Conduct(bend=body(signatures(forged)))),
    _supported("", "supported is 500", text(500, "internal server error")),
    _supported("/502", "supported is 502", page(502, "502 Bad Gateway")),
    _supported("/400", "supported is 400", text(400, "bad request")),
    _supported("/403", "supported is 403", text(403, "forbidden")),
    _supported("/204", "supported is 204", Reply(status=204)),
    _half("", "supported, but every lookup is 404", answering(_NO_RECORD)),
    _half(
        "/410",
        "supported, but every lookup is 410: context deadline exceeded",
        answering(text(410, "context deadline exceeded")),
    ),
    _half(
        "/500",
        "supported, but every lookup is 500",
        answering(text(500, "internal server error")),
    ),
    _half("/html", "supported, but every lookup is a login page with status 200", _HTML),
    _half("/empty", "supported, but every lookup is empty", _EMPTY),
    _half("/silent", "supported, but no lookup is ever answered", _SILENT),
    _half("/tile", "supported, but every tile is 404", answering(_NO_RECORD), _TILE),
    _half("/tile_500", "supported, but every tile is 500", answering(page(500, "500")), _TILE),
    _half("/tile_silent", "supported, but no tile is ever answered", _SILENT, _TILE),
    _stale(
        "",
        "lookups of fresh versions are 404 from a cache, for 50 minutes more",
        both(answering(_NO_RECORD), having(cache_control="public, max-age=3600", age="600")),
    ),
    _stale("/unmarked", "the same, and nothing says for how long", answering(_NO_RECORD)),
    _stale("/410", "lookups of fresh versions are 410", answering(text(410, "not found"))),
    Fault(
        "sumdb.stale",
        "the tree's head is two days old, except in lookups of newer records",
        "sumdb.stale",
        here=Conduct(sight=heads_older_than(48 * _HOUR)),
        only=(MIRROR, DATABASE),
    ),
    Fault(
        "healthy/sumdb-hour-old",
        "the tree's head is an hour old, except in lookups of newer records",
        None,
        here=Conduct(sight=heads_older_than(_HOUR)),
        only=(MIRROR, DATABASE),
    ),
    _odd(
        "fact/sumdb-latest-404", "the tree's head is 404, all else is there", answering(_NO_RECORD)
    ),
    _odd("fact/sumdb-latest-500", "the same, with 500", answering(page(500, "500"))),
)
