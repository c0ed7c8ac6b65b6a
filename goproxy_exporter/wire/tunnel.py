"""Does a forward proxy let us through to a host?"""

import asyncio
import re

from goproxy_exporter.model.exchange import Failure, FailureKind
from goproxy_exporter.wire.broken import BrokenError, words
from goproxy_exporter.wire.stream import Stream

_MOST_HEADER = 65536
_STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3})")
_END = b"\r\n\r\n"
_WANTS_CREDENTIALS = 407


async def open_tunnel(
    stream: Stream, authority: str, *, authorization: str | None, user_agent: str, limit: float
) -> None:
    """Send CONNECT for ``host:port`` and wait for a 200. Raise BrokenError for anything else.

    As net/http does it: only 200 will do, and nothing that follows the header belongs to it.
    """
    lines = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}", f"User-Agent: {user_agent}"]
    if authorization is not None:
        lines.append(f"Proxy-Authorization: {authorization}")
    gatekeeper = _Gatekeeper(asyncio.get_running_loop().create_future())
    timer = asyncio.get_running_loop().call_later(limit, gatekeeper.settle, _unreachable("silence"))
    stream.attach(gatekeeper)
    try:
        stream.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
        failure = await gatekeeper.verdict
    finally:
        timer.cancel()
        stream.detach()
    if failure is not None:
        raise BrokenError(failure)


class _Gatekeeper:
    """Hears what the proxy answers to CONNECT."""

    def __init__(self, verdict: "asyncio.Future[Failure | None]") -> None:
        self.verdict = verdict
        self._heard = b""

    def received(self, data: bytes, at: float) -> None:
        del at
        self._heard += data
        if _END in self._heard:
            self.settle(_judge(self._heard))
        elif len(self._heard) > _MOST_HEADER:
            self.settle(_unreachable("no end of its header"))

    def ended(self, error: Exception | None, at: float) -> None:
        del at
        self.settle(_unreachable(words(error)))

    def settle(self, failure: Failure | None) -> None:
        if not self.verdict.done():
            self.verdict.set_result(failure)


def _judge(header: bytes) -> Failure | None:
    match = _STATUS.match(header)
    if match is None:
        return _unreachable("not HTTP")
    status = int(match[1])
    if status == _WANTS_CREDENTIALS:
        detail = "407: the forward proxy wants other credentials"
        return Failure(FailureKind.PROXY_REFUSED, detail)
    if status != 200:  # noqa: PLR2004 - the only status that opens a tunnel
        return Failure(
            FailureKind.PROXY_REFUSED, f"the forward proxy answered CONNECT with {status}"
        )
    return None


def _unreachable(why: str) -> Failure:
    return Failure(FailureKind.PROXY_UNREACHABLE, f"CONNECT: {why}")
