"""What comes of one attempt to hand a message over?"""

import asyncio
import os
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from goproxy_exporter.model.exchange import Failure
from goproxy_exporter.model.mirror import Access, Credentials, Secret
from goproxy_exporter.notify.destination import Destination
from goproxy_exporter.notify.letter import Letter
from goproxy_exporter.notify.reply import Outcome, judge
from goproxy_exporter.notify.way import Way
from goproxy_exporter.wire.forward_proxy import ProxyRules, choose
from goproxy_exporter.wire.redact import plain
from goproxy_exporter.wire.target import parse_target
from goproxy_exporter.wire.veil import Veil

MOST = 65536
"""Octets of an answer that are read."""
_TOKEN = 8
"""Characters of a part of a path from which on it may be a token."""


@asynccontextmanager
async def posting(way: Way) -> AsyncGenerator[aiohttp.ClientSession]:
    """Give what letters are sent with, for the block. Raises OSError for a bundle of roots."""
    context = await asyncio.to_thread(_context, way.access.ca_files)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=context, force_close=True),
        timeout=aiohttp.ClientTimeout(total=way.patience.timeout),
        cookie_jar=aiohttp.DummyCookieJar(),
    ) as session:
        yield session


def _context(ca_files: tuple[str, ...]) -> ssl.SSLContext:
    context = ssl.create_default_context()
    # What Python asks for by itself depends on who built it.
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    for file in ca_files:
        context.load_verify_locations(file)
    return context


async def post(
    session: aiohttp.ClientSession, content: Letter, destination: Destination, way: Way
) -> Outcome:
    """Send a letter once. What went wrong is in the outcome, and no secret is."""
    outcome = await _posted(session, content, destination, way)
    return replace(outcome, detail=plain(_veiled(outcome.detail, destination)))


async def _posted(
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
