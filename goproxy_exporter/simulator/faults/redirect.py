"""Faults of redirects and of where they lead."""

from dataclasses import replace
from urllib.parse import quote

from goproxy_exporter.simulator.conduct import Bend, Conduct, Door, Fault, Greeting, Scene
from goproxy_exporter.simulator.dns import NameAnswer
from goproxy_exporter.simulator.dns_message import Rcode
from goproxy_exporter.simulator.faults.bends import OK, answering, files, on, when
from goproxy_exporter.simulator.faults.tls import TLS
from goproxy_exporter.simulator.reply import Reply, redirect
from goproxy_exporter.simulator.request import Kind, Request
from goproxy_exporter.simulator.signed_url import google
from goproxy_exporter.simulator.styles.bucket import denial
from goproxy_exporter.simulator.styles.shelf import LARGE

_HOUR = 3600
_ELSEWHERE = frozenset((301, 302, 303, 307, 308))
_ZIP = on(Kind.ZIP)


def signed(*, lifetime: float = _HOUR, status: int = 302, from_size: int = 0) -> Bend:
    """Send a success on to the mirror's storage host, by a link that holds so many seconds."""

    def bend(request: Request, reply: Reply, _scene: Scene) -> Reply:
        if reply.status != OK or len(reply.body) < from_size:
            return reply
        base = request.neighbours["cdn"]
        return redirect(status, google(base, request.path, expires=request.at + lifetime))

    return bend


def _plain(request: Request, reply: Reply, _: Scene) -> Reply:
    path = quote(request.path, safe="/@!+")
    return redirect(302, request.neighbours["plain"] + path) if reply.status == OK else reply


def _again(request: Request, _: Reply, __: Scene) -> Reply:
    return redirect(302, request.neighbours["mirror"] + quote(request.path, safe="/@!+"))


def _there(request: Request, _: Reply, __: Scene) -> Reply:
    return redirect(302, request.neighbours["cdn"] + quote(request.path, safe="/@!+"))


def _hops(count: int) -> Bend:
    """Redirect so many times in a row before the honest answer, unless that is a redirect too."""

    def bend(request: Request, reply: Reply, _scene: Scene) -> Reply:
        number = int(request.query.removeprefix("hop=") or 0)
        if number >= count or reply.status in _ELSEWHERE:
            return reply
        return redirect(307, f"?hop={number + 1}")

    return bend


def _downgrade(variant: str, meaning: str, bend: Bend) -> Fault:
    name = "redirect.insecure_downgrade"
    return Fault(f"{name}{variant}", meaning, name, here=Conduct(bend=bend))


def _loop(variant: str, meaning: str, here: Bend, target: Bend | None = None) -> Fault:
    name = "redirect.loop"
    at_mirror, at_storage = Conduct(bend=here), Conduct(bend=target)
    return Fault(f"{name}{variant}", meaning, name, here=at_mirror, target=at_storage)


def _denied(
    variant: str, meaning: str, *, here: Bend | None = None, target: Bend | None = None
) -> Fault:
    name = "redirect.target_denied"
    at_mirror, at_storage = Conduct(bend=here), Conduct(bend=target)
    return Fault(f"{name}{variant}", meaning, name, here=at_mirror, target=at_storage)


def _unreachable(variant: str, meaning: str, target: Conduct) -> Fault:
    name = "redirect.target_unreachable"
    here = Conduct(bend=when(_ZIP, signed()))
    return Fault(f"{name}{variant}", meaning, name, here=here, target=target)


def _with_certificate_of(name: str) -> Conduct:
    return replace(next(fault for fault in TLS if fault.name == name).here)


REDIRECT = (
    _downgrade("", "zips lead from https to http", when(_ZIP, _plain)),
    _downgrade("/everything", "everything leads from https to http", _plain),
    _loop("", "everything leads to itself", _again),
    _loop("/two_hosts", "mirror and storage host lead to each other", _there, _again),
    _loop("/ten", "ten redirects before every answer, one more than go follows", _hops(10)),
    _denied(
        "",
        "zips lead to a storage host that answers 403",
        here=when(_ZIP, signed()),
        target=answering(denial(403, "AccessDenied")),
    ),
    _denied(
        "/large",
        "the storage host of large zips answers 403",
        here=when(_ZIP, signed(from_size=LARGE)),
        target=answering(denial(403, "AccessDenied")),
    ),
    _denied(
        "/expired_link",
        "zips lead to links that have expired",
        here=when(_ZIP, signed(lifetime=-60)),
    ),
    _denied(
        "/401",
        "zips lead to a storage host that answers 401",
        here=when(_ZIP, signed()),
        target=answering(denial(401, "InvalidAccessKeyId")),
    ),
    _unreachable(
        "",
        "zips lead to a name that does not exist",
        Conduct(name=NameAnswer(rcode=Rcode.NXDOMAIN)),
    ),
    _unreachable(
        "/servfail",
        "zips lead to a name that the nameserver fails on",
        Conduct(name=NameAnswer(rcode=Rcode.SERVFAIL)),
    ),
    _unreachable("/refused", "zips lead to a closed port", Conduct(door=Door.REFUSED)),
    _unreachable("/reset", "zips lead to a host that resets", Conduct(greeting=Greeting.RESET)),
    _unreachable(
        "/tls_expired",
        "zips lead to a host with an expired certificate",
        _with_certificate_of("tls.expired"),
    ),
    _unreachable(
        "/tls_untrusted",
        "zips lead to a host with a certificate that nobody knows",
        _with_certificate_of("tls.untrusted"),
    ),
    _unreachable(
        "/tls_wrong_host",
        "zips lead to a host with a certificate for another name",
        _with_certificate_of("tls.wrong_host"),
    ),
    Fault(
        "healthy/redirects-9",
        "nine redirects before every answer, as many as go follows",
        None,
        here=Conduct(bend=_hops(9)),
    ),
    Fault(
        "healthy/redirect-files",
        "every file leads to a storage host by 301, as Athens can be set to",
        None,
        here=Conduct(bend=when(files, signed(status=301))),
    ),
    Fault(
        "healthy/redirect-308",
        "every zip leads to a storage host by 308",
        None,
        here=Conduct(bend=when(_ZIP, signed(status=308))),
    ),
)
