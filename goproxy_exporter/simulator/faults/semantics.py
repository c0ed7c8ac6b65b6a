"""Faults of meaning: a status that says something else than is the case."""

from goproxy_exporter.simulator.conduct import Bend, Conduct, Fault, Scene
from goproxy_exporter.simulator.faults.bends import (
    Test,
    answering,
    below,
    each,
    everything,
    files,
    of,
    on,
    published,
    turn,
    unknown,
    when,
)
from goproxy_exporter.simulator.modules import INCOMPATIBLE, STABLE, UPPERCASE
from goproxy_exporter.simulator.reply import Reply, page, redirect, text
from goproxy_exporter.simulator.request import Kind, Request

_NO_STORE = "must-revalidate, no-cache, no-store"
_REFUSED = (
    "not found: git ls-remote -q origin in /tmp/vcs: exit status 128:\n"
    "\tfatal: unable to access 'https://github.com/': Failed to connect: Connection refused"
)
_ABSENT = text(404, f"not found: module {STABLE[0]}: no such repository")


def _bent(code: str, variant: str, meaning: str, bend: Bend) -> Fault:
    return Fault(f"{code}{variant}", meaning, code, here=Conduct(bend=bend))


def _soft(variant: str, meaning: str, test: Test, reply: Reply) -> Fault:
    return _bent("semantics.soft200", variant, meaning, when(test, answering(reply)))


def _masked(variant: str, meaning: str, test: Test, reply: Reply) -> Fault:
    bend = when(test, answering(reply.having(cache_control=_NO_STORE)))
    return _bent("semantics.masked_upstream_failure", variant, meaning, bend)


def _error(variant: str, meaning: str, test: Test, reply: Reply) -> Fault:
    return _bent("semantics.notfound_is_error", variant, meaning, when(test, answering(reply)))


def _cold(variant: str, meaning: str, test: Test) -> Fault:
    reply = text(404, "not found: not cached yet")
    bend = when(test, answering(reply))
    return _bent("semantics.cold_miss_404", variant, meaning, bend)


def _missing(variant: str, meaning: str, test: Test, reply: Reply = _ABSENT) -> Fault:
    return _bent("module.missing", variant, meaning, when(test, answering(reply)))


def _named(variant: str, module: str) -> Fault:
    """Lack a module whose path is easily misread, and call it by its right name."""
    reply = text(404, f"not found: module {module}: no such repository")
    return _missing(
        variant, f"{module} is not there, and is named as it was meant", of(module), reply
    )


def _sign_in(request: Request, _: Reply, __: Scene) -> Reply:
    return redirect(302, f"{request.neighbours['login']}/signin?return_to={request.path}")


def _odd(number: int) -> bool:
    return number % 2 == 1


def _first(number: int) -> bool:
    return number == 1


_LOGIN = page(200, "Sign in to continue")
_NOT_FOUND = text(200, "not found")
_EMPTY = Reply().having(content_type="application/octet-stream")

SEMANTICS = (
    _soft("", "everything is a login page with status 200", everything, _LOGIN),
    _bent(
        "semantics.soft200",
        "/login_redirect",
        "everything leads to a login page on another host",
        _sign_in,
    ),
    _soft("/list", "lists are a login page", on(Kind.LIST), _LOGIN),
    _soft("/zip", "zips are a page of HTML", on(Kind.ZIP), page(200, "Found")),
    _soft("/mod", ".mod is a page of HTML", on(Kind.MOD), _LOGIN),
    _soft("/missing", "what is no module is a page of HTML with status 200", unknown, _LOGIN),
    _soft(
        "/not_found_text",
        "everything is the text 'not found' with status 200",
        everything,
        _NOT_FOUND,
    ),
    _soft("/empty", "every file is empty", files, _EMPTY),
    _soft("/empty_info", ".info is empty", on(Kind.INFO), _EMPTY),
    _soft("/empty_mod", ".mod is empty", on(Kind.MOD), _EMPTY),
    _soft("/empty_zip", "zips are empty", on(Kind.ZIP), _EMPTY),
    _masked("", "everything is 404: bad upstream", published, text(404, "not found: bad upstream")),
    _masked(
        "/timeout",
        "everything is 404: fetch timed out",
        published,
        text(404, "not found: fetch timed out"),
    ),
    _masked(
        "/git", "everything is 404 with git's connection refused", published, text(404, _REFUSED)
    ),
    _masked(
        "/410",
        "everything is 410: fetch timed out",
        published,
        text(410, "not found: fetch timed out"),
    ),
    _masked(
        "/zip",
        "zips are 404: bad upstream",
        each(published, on(Kind.ZIP)),
        text(404, "not found: bad upstream"),
    ),
    _masked(
        "/list",
        "lists are 404: fetch timed out",
        each(published, on(Kind.LIST)),
        text(404, "not found: fetch timed out"),
    ),
    _error(
        "",
        "what is no module, below one that is, is answered 500",
        below,
        text(500, "internal server error"),
    ),
    _error("/403", "the same is answered 403", below, text(403, "forbidden")),
    _error("/400", "the same is answered 400", below, text(400, "bad request")),
    _error("/502", "the same is answered 502", below, page(502, "502 Bad Gateway")),
    _error(
        "/everywhere",
        "whatever is no module is answered 500",
        unknown,
        text(500, "internal server error"),
    ),
    _cold(
        "",
        "of two requests for the same thing the first is answered 404",
        each(published, turn(_odd)),
    ),
    _cold("/zip", "the same, for zips alone", each(files, on(Kind.ZIP), turn(_odd))),
    _cold(
        "/once",
        "only the very first request for a thing is answered 404",
        each(published, turn(_first)),
    ),
    _missing("", f"{STABLE[0]} is not there", of(STABLE[0])),
    _missing("/410", f"{STABLE[0]} is gone (410)", of(STABLE[0]), text(410, "not found: gone")),
    _missing(
        "/empty_body",
        f"{STABLE[0]} is not there, and no word is said",
        of(STABLE[0]),
        Reply(status=404),
    ),
    _named("/uppercase", UPPERCASE[0]),
    _named("/incompatible", INCOMPATIBLE[0]),
    _missing("/zip", "the zip is not there, the rest is", each(of(*STABLE), on(Kind.ZIP))),
)
