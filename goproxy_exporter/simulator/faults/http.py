"""Faults of statuses: errors, throttling, refusals, and what no client can use."""

from email.utils import formatdate

from goproxy_exporter.simulator.conduct import Bend, Conduct, Fault, Scene
from goproxy_exporter.simulator.faults.bends import (
    answering,
    breaking,
    on,
    turn,
    when,
)
from goproxy_exporter.simulator.faults.redirect import signed
from goproxy_exporter.simulator.reply import Ending, Endless, H2Code, Reply, page, redirect, text
from goproxy_exporter.simulator.request import Kind, Request

_ZIP = on(Kind.ZIP)
_NOT_HTTP = b"220 mail.sim.test ESMTP\r\n\r\n"
_SOON = "30"
"""Seconds of the Retry-After that most of these send."""


def _everything(code: str, variant: str, meaning: str, reply: Reply) -> Fault:
    return _bent(code, variant, meaning, answering(reply))


def _bent(code: str, variant: str, meaning: str, bend: Bend) -> Fault:
    return Fault(f"{code}{variant}", meaning, code, here=Conduct(bend=bend))


def _dated(seconds: float) -> Bend:
    """Answer 429 with a Retry-After that names a moment so many seconds ahead."""

    def bend(request: Request, _: Reply, __: Scene) -> Reply:
        return text(429, "slow down", retry_after=formatdate(request.at + seconds, usegmt=True))

    return bend


_GATEWAY = page(502, "502 Bad Gateway", server="nginx")
_UNAVAILABLE = text(503, "no server is available to handle this request")

SERVER_ERRORS = (
    _everything("http.5xx", "", "everything is answered 500", text(500, "internal server error")),
    _everything("http.5xx", "/502", "everything is answered 502, with a page of HTML", _GATEWAY),
    _everything("http.5xx", "/503", "everything is answered 503", _UNAVAILABLE),
    _everything(
        "http.5xx", "/504", "everything is answered 504", page(504, "504 Gateway Time-out")
    ),
    _everything(
        "http.5xx", "/522", "everything is answered 522, as one CDN does", page(522, "522")
    ),
    _bent("http.5xx", "/list", "lists are answered 502", when(on(Kind.LIST), answering(_GATEWAY))),
    _bent("http.5xx", "/info", ".info is answered 502", when(on(Kind.INFO), answering(_GATEWAY))),
    _bent("http.5xx", "/mod", ".mod is answered 502", when(on(Kind.MOD), answering(_GATEWAY))),
    _bent("http.5xx", "/zip", "zips are answered 502", when(_ZIP, answering(_GATEWAY))),
    Fault(
        "http.5xx/target",
        "zips lead to a storage host that answers 503",
        "http.5xx",
        here=Conduct(bend=when(_ZIP, signed())),
        target=Conduct(bend=answering(_UNAVAILABLE)),
    ),
    _bent(
        "http.5xx_intermittent",
        "",
        "of three requests for the same path the first is answered 502",
        when(turn(lambda number: number % 3 == 1), answering(_GATEWAY)),
    ),
    _bent(
        "http.5xx_intermittent",
        "/quarter",
        "of all requests every fourth is answered 503",
        when(turn(lambda number: number % 4 == 0, per_path=False), answering(_UNAVAILABLE)),
    ),
    _bent(
        "http.5xx_intermittent",
        "/twice",
        "of three requests for the same path the first two are answered 504",
        when(turn(lambda number: number % 3 != 0), answering(page(504, "504"))),
    ),
    _bent(
        "http.5xx_intermittent",
        "/list",
        "of two requests for the same list the first is answered 500",
        when(
            on(Kind.LIST), when(turn(lambda number: number % 2 == 1), answering(text(500, "oops")))
        ),
    ),
)

THROTTLING = (
    _everything(
        "http.429", "", "429, Retry-After in seconds", text(429, "slow down", retry_after=_SOON)
    ),
    _everything("http.429", "/no_header", "429 without Retry-After", text(429, "slow down")),
    _bent("http.429", "/date", "429, Retry-After a date", _dated(30)),
    _bent("http.429", "/past_date", "429, Retry-After a date of an hour ago", _dated(-3600)),
    _everything("http.429", "/zero", "429, Retry-After 0", text(429, "slow down", retry_after="0")),
    _everything(
        "http.429", "/day", "429, Retry-After a day", text(429, "slow down", retry_after="86400")
    ),
    _everything(
        "http.429", "/negative", "429, Retry-After -5", text(429, "slow down", retry_after="-5")
    ),
    _everything(
        "http.429",
        "/garbage",
        "429, Retry-After no time at all",
        text(429, "slow down", retry_after="soon"),
    ),
    _everything(
        "http.429",
        "/403",
        "403 with Retry-After",
        text(403, "too many requests", retry_after=_SOON),
    ),
    _everything(
        "http.429", "/478", "478 with Retry-After", text(478, "rate limited", retry_after=_SOON)
    ),
    _everything(
        "http.429", "/503", "503 with Retry-After", text(503, "overloaded", retry_after=_SOON)
    ),
    _everything(
        "http.429",
        "/403_exhausted",
        "403 with an exhausted X-RateLimit-Remaining",
        text(403, "rate limit exceeded", x_ratelimit_limit="60", x_ratelimit_remaining="0"),
    ),
    _everything(
        "http.429",
        "/503_exhausted",
        "503 with an exhausted RateLimit-Remaining",
        text(
            503,
            "rate limit exceeded",
            ratelimit_limit="60",
            ratelimit_remaining="0",
            ratelimit_reset=_SOON,
        ),
    ),
    _bent(
        "http.429",
        "/zip",
        "zips are answered 429, Retry-After in seconds",
        when(_ZIP, answering(text(429, "slow down", retry_after=_SOON))),
    ),
    _bent(
        "http.429",
        "/h2_calm",
        "RST_STREAM with ENHANCE_YOUR_CALM in answer to everything",
        breaking(Ending.STREAM, code=H2Code.ENHANCE_YOUR_CALM),
    ),
    _bent(
        "http.429",
        "/h2_calm_goaway",
        "GOAWAY with ENHANCE_YOUR_CALM in answer to everything",
        breaking(Ending.GOAWAY, code=H2Code.ENHANCE_YOUR_CALM),
    ),
)

REFUSALS = (
    _everything(
        "http.401_credentials",
        "",
        "everything is answered 401, with a challenge",
        text(401, "unauthorized", www_authenticate='Basic realm="mirror"'),
    ),
    _everything(
        "http.401_credentials",
        "/no_challenge",
        "401 without a challenge",
        text(401, "unauthorized"),
    ),
    _everything(
        "http.401_credentials",
        "/html",
        "401 with a page of HTML",
        page(401, "401 Authorization Required"),
    ),
    _everything(
        "http.403_policy", "", "everything is answered 403", text(403, "blocked by policy")
    ),
    _everything(
        "http.403_policy", "/html", "403 with a firewall's page", page(403, "Request blocked")
    ),
    _everything(
        "http.403_policy",
        "/451",
        "everything is answered 451",
        text(451, "not available in your region"),
    ),
)

_UNUSABLE = tuple(
    _everything("http.unexpected_status", variant, meaning, reply)
    for variant, meaning, reply in (
        (
            "",
            "everything is answered 418, as a mirror that has moved does",
            page(418, "I'm a teapot"),
        ),
        ("/201", "everything is answered 201", text(201, "created")),
        ("/202", "everything is answered 202", text(202, "accepted")),
        ("/204", "everything is answered 204", Reply(status=204)),
        (
            "/206",
            "everything is answered 206, unasked",
            text(206, "v1.0.0\n", content_range="bytes 0-6/7"),
        ),
        ("/300", "everything is answered 300", text(300, "choose")),
        ("/301", "everything is answered 301 without Location", Reply(status=301)),
        ("/302", "everything is answered 302 with an empty Location", redirect(302, "")),
        ("/304", "everything is answered 304, unasked", Reply(status=304)),
        ("/400", "everything is answered 400", text(400, "bad request")),
        ("/405", "everything is answered 405", text(405, "method not allowed")),
        ("/409", "everything is answered 409", text(409, "conflict")),
        ("/478", "everything is answered 478, without Retry-After", page(478, "478")),
    )
)

ODDITIES = (
    *_UNUSABLE,
    Fault(
        "http.unexpected_status/garbage",
        "over HTTP/1.1 alone, everything is answered with bytes that are not HTTP",
        "http.unexpected_status",
        here=Conduct(alpn=("http/1.1",), bend=answering(Reply(raw=_NOT_HTTP))),
    ),
    Fault(
        "http.unexpected_status/endless_head",
        "over HTTP/1.1 alone, every head goes on for ever",
        "http.unexpected_status",
        here=Conduct(alpn=("http/1.1",), bend=answering(Reply(endless=Endless.HEAD))),
    ),
)

HTTP = SERVER_ERRORS + THROTTLING + REFUSALS + ODDITIES
