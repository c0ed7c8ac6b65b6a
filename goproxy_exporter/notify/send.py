"""How does a message get to its receiver: tried again, but neither for ever nor twice over?"""

import asyncio
import os
import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_result,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)
from yarl import URL

from goproxy_exporter.model.exchange import Failure
from goproxy_exporter.model.mirror import Access, Credentials, Secret
from goproxy_exporter.notify.destination import Destination
from goproxy_exporter.notify.letter import Letter, letter
from goproxy_exporter.notify.news import News
from goproxy_exporter.notify.reply import Outcome, judge
from goproxy_exporter.report.report import Notification
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.forward_proxy import ProxyRules, choose
from goproxy_exporter.wire.redact import plain
from goproxy_exporter.wire.target import parse_target
from goproxy_exporter.wire.veil import Veil

MOST = 65536
"""Octets of an answer that are read."""
_TOKEN = 8
"""Characters of a part of a path from which on it may be a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How hard is tried. Times are seconds; `deadline` is for all attempts together."""

    attempts: int = 4
    deadline: float = 30.0
    timeout: float = 10.0
    longest_wait: float = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """By which way receivers are reached: whom to trust, and through which forward proxy."""

    access: Access = field(default_factory=Access)
    environment: Mapping[str, str] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    patience: Patience = field(default_factory=Patience)


async def send_all(
    news: News, destinations: Iterable[Destination], way: Way
) -> tuple[Notification, ...]:
    """Tell everybody whom it concerns, at the same time; what goes wrong is in the result."""
    concerned = [each for each in destinations if news.concerns(each)]
    if not concerned:
        return ()
    context = await asyncio.to_thread(_context, way.access.ca_files)
    connector = aiohttp.TCPConnector(ssl=context, force_close=True)
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=way.patience.timeout),
        cookie_jar=aiohttp.DummyCookieJar(),
    ) as session:
        return tuple(await asyncio.gather(*(_send(session, news, each, way) for each in concerned)))


async def _send(
    session: aiohttp.ClientSession, news: News, destination: Destination, way: Way
) -> Notification:
    patience = way.patience
    retrying: AsyncRetrying = AsyncRetrying(
        retry=retry_if_result(lambda outcome: outcome.again),
        stop=stop_after_attempt(patience.attempts) | stop_before_delay(patience.deadline),
        wait=_waiting(patience),
        retry_error_callback=_last,
    )

    async def once() -> Outcome:
        # Written anew each time: what is signed holds for the moment of sending.
        return await _post(session, letter(news, destination, way.clock.now()), destination, way)

    try:
        async with asyncio.timeout(patience.deadline):
            outcome: Outcome = await retrying(once)
    except TimeoutError:
        words = f"not taken within {patience.deadline:g} s"
        outcome = Outcome(taken=False, detail=words)
    return Notification(
        id=destination.id,
        to=destination.shown,
        ok=outcome.taken,
        detail=plain(_veiled(outcome.detail, destination)),
    )


def _waiting(patience: Patience) -> Callable[[RetryCallState], float]:
    """Wait longer each time, by chance; at least as long as the receiver asked for."""
    usual = wait_random_exponential(multiplier=0.5, max=patience.longest_wait)

    def wait(state: RetryCallState) -> float:
        asked = _last(state).wait
        return max(usual(state), asked or 0.0)

    return wait


def _last(state: RetryCallState) -> Outcome:
    assert state.outcome is not None, "an attempt was made"
    outcome: Outcome = state.outcome.result()
    return outcome


async def _post(
    session: aiohttp.ClientSession, content: Letter, destination: Destination, way: Way
) -> Outcome:
    rules = ProxyRules.from_environment(way.environment)
    target = parse_target(content.url)
    proxy = choose(target, way.access, rules)
    if isinstance(proxy, Failure):
        return Outcome(taken=False, detail=proxy.detail)
    through = None if proxy is None else URL.build(scheme="http", host=proxy.host, port=proxy.port)
    known = proxy.authorization if proxy is not None else None
    to_proxy = {"Proxy-Authorization": known} if known else {}
    # Without a tunnel the proxy reads the request itself; into a tunnel nothing of it may get.
    headers = content.headers if target.scheme == "https" else {**content.headers, **to_proxy}
    try:
        async with session.post(
            URL(content.url, encoded=True),
            data=content.body,
            headers=headers,
            allow_redirects=False,
            proxy=through,
            proxy_headers=to_proxy,
        ) as answer:
            body = await _beginning(answer.content)
            retry_after = answer.headers.get("Retry-After")
            return judge(destination.kind, answer.status, body, retry_after)
    except TimeoutError:
        return Outcome(taken=False, again=True, detail=f"no answer in {way.patience.timeout:g} s")
    except (aiohttp.ClientError, OSError) as error:
        return Outcome(taken=False, again=True, detail=_reason(error))


async def _beginning(content: aiohttp.StreamReader) -> bytes:
    """Read no more than anybody has to say."""
    data = bytearray()
    while len(data) < MOST and (piece := await content.read(MOST - len(data))):
        data += piece
    return bytes(data)


def _reason(error: Exception) -> str:
    """Say what went wrong; the library's own words may hold the URL."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return "its certificate is not trusted"
        case aiohttp.ClientConnectorDNSError():
            return "its name does not resolve"
        case aiohttp.ClientConnectorError():
            return f"cannot connect: {os.strerror(error.errno) if error.errno else 'no answer'}"
        case aiohttp.ClientHttpProxyError():
            return f"the forward proxy answers {error.status}"
        case _:
            return f"the exchange failed: {type(error).__name__}"


def _context(ca_files: tuple[str, ...]) -> ssl.SSLContext:
    context = ssl.create_default_context()
    for file in ca_files:
        context.load_verify_locations(file)
    return context


def _veiled(text: str, destination: Destination) -> str:
    """Blot out what makes a destination ours: some receivers echo what they were sent."""
    parts = urlsplit(destination.url)
    secrets = {destination.secret, destination.token, parts.query, parts.password or ""}
    secrets |= {value for pair in parts.query.split("&") for value in pair.split("=")[1:]}
    secrets |= {parts.path, *filter(_is_token, parts.path.split("/"))}
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        token = Credentials(token=Secret("inline", secret))
        text = Veil(Access(credentials=token))(text)
    return text


def _is_token(segment: str) -> bool:
    """Tell a part of a path that was drawn by chance from one that is a word."""
    return len(segment) >= _TOKEN and any(map(str.isdigit, segment))
