"""A receiver that is a real server, and an inspection to tell it of."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from samples import NOW, a_cause, a_mirror, a_mirror_report

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.names import State
from goproxy_exporter.notify.destination import Destination
from goproxy_exporter.notify.news import News, news_of
from goproxy_exporter.notify.origin import Origin
from goproxy_exporter.report.report import MirrorReport, Report

ORIGIN = Origin(commit="0123abc", run="42", url="https://ci.example.com/42")

Answer = Callable[[web.Request], Awaitable[web.Response]]
Says = Callable[..., Answer]


def told_of(name: str, *complaints: str) -> MirrorReport:
    """Give what is reported of a mirror that answers 503, with these words, or that is well."""
    causes = (
        a_cause(
            Code.HTTP_5XX,
            f"{name} {complaint}",
            matched=3,
            looked=3,
            evidence={"status": 503, "server": "edge-7"},
        )
        for complaint in complaints
    )
    return a_mirror_report(a_mirror(name, url="https://m.example"), *causes)


def a_report(*mirrors: MirrorReport) -> Report:
    code = int(any(one.verdict.state is not State.HEALTHY for one in mirrors))
    return Report(
        vantage="lab", started=NOW - 3, finished=NOW - 0.5, mirrors=mirrors, exit_code=code
    )


@pytest.fixture(scope="session")
def well() -> Report:
    """Give an inspection that found nothing."""
    return a_report(told_of("first"), told_of("second"))


@pytest.fixture(scope="session")
def ill() -> Report:
    """Give an inspection of the same two mirrors, one of which fails."""
    return a_report(told_of("first", "answers 503 every time"), told_of("second"))


@pytest.fixture(scope="session")
def news(ill: Report) -> News:
    """Give what there is to tell of it where nothing is known of earlier ones."""
    return news_of(ill, None, ORIGIN)


@pytest.fixture(scope="session")
def long_news() -> News:
    """Give so much to tell that no robot takes it, with what robots would act upon in it."""
    hostile = "<!channel> <at user_id=all> [x](https://x.example) **é** `" + "漢字" * 80
    mirrors = [told_of(f"mirror-{n}", hostile) for n in range(200)]
    return news_of(a_report(*mirrors), None, ORIGIN)


@pytest.fixture(scope="session")
def to() -> Callable[[str], Destination]:
    """Give a function that reads a destination without variables in it."""

    def read(written: str) -> Destination:
        destination = Destination.parse(written, str)
        assert destination is not None
        return destination

    return read


@dataclass(slots=True)
class Received:
    """One request, as it arrived."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class Receiver:
    """A server on the loopback that answers what it is told to, last answer for ever."""

    runner: web.AppRunner
    origin: str = ""
    heard: list[Received] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        query, headers = dict(request.query), dict(request.headers)
        self.heard.append(Received(request.path, query, headers, body))
        told = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await told(request)


def _says(*, status: int = 200, headers: dict[str, str] | None = None, **fields: object) -> Answer:

    async def answer(_: web.Request) -> web.Response:
        return web.json_response(fields, status=status, headers=headers)

    return answer


@pytest.fixture(scope="session")
def says() -> Says:
    """Give a function that makes an answer: a JSON object of these fields."""
    return _says


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Give a receiver that says of everything that it is well."""
    application = web.Application()
    runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.1)
    receiver = Receiver(runner, answers=[_says(errcode=0, code=0, ok=True)])
    application.router.add_route("*", "/{path:.*}", receiver.answer)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert runner.addresses
    receiver.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield receiver
    await runner.cleanup()
