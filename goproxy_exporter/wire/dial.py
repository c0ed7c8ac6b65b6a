"""Which of a host's addresses takes a TCP connection first, and how long did that take?"""

import asyncio
import errno
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field

from goproxy_exporter.model.exchange import Failure
from goproxy_exporter.wire.broken import BrokenError, connect_failure, most_telling
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.stream import forget
from goproxy_exporter.wire.tcp_info import tcp_facts

FALLBACK_AFTER = 0.3
"""Seconds until the other address family is tried as well (net.Dialer; RFC 6555, 5)."""
_LEAST_SHARE = 2.0
"""Seconds that every address gets, if there are so many left (partialDeadline in net/dial.go)."""


@dataclass(slots=True)
class Attempts:
    """What was tried so far, readable at any moment, also when dialling is cut short."""

    trying: str | None = None
    failed: list[tuple[str, Failure]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Dialled:
    """A connected socket, nothing sent yet; times on the monotonic clock."""

    sock: socket.socket
    address: str
    started: float
    connected: float


async def dial(
    addresses: Sequence[str], port: int, *, limit: float, clock: Clock, attempts: Attempts
) -> Dialled:
    """Connect as net.Dialer does within `limit` seconds; raise BrokenError if no address takes it.

    Addresses of the first one's family are tried one after the other, each with its share of the
    time; those of the other family beside them after 300 ms, or as soon as the first all failed.
    """
    end = asyncio.get_running_loop().time() + limit
    first = [one for one in addresses if (":" in one) == (":" in addresses[0])]
    rest = [one for one in addresses if (":" in one) != (":" in addresses[0])]
    ways = _Ways(port, end, clock, attempts)
    dialled = await (ways.race(first, rest) if rest else ways.serial(first))
    if dialled is None:
        raise BrokenError(most_telling(attempts.failed))
    return dialled


class _Ways:
    """One dialling: its end, and where its failures are noted."""

    def __init__(self, port: int, end: float, clock: Clock, attempts: Attempts) -> None:
        self._port = port
        self._end = end
        self._clock = clock
        self._attempts = attempts

    async def serial(self, addresses: Sequence[str]) -> Dialled | None:
        """Try one address after the other."""
        now = asyncio.get_running_loop().time
        for position, address in enumerate(addresses):
            left = self._end - now()
            share = max(left / (len(addresses) - position), min(left, _LEAST_SHARE))
            self._attempts.trying = address
            try:
                return await connect(address, self._port, limit=share, clock=self._clock)
            except OSError as error:
                self._attempts.failed.append((address, connect_failure(error)))
        return None

    async def race(self, first: Sequence[str], rest: Sequence[str]) -> Dialled | None:
        """Try two families, the second one later; the first connection wins."""
        tasks = [asyncio.create_task(self.serial(first))]
        winner: Dialled | None = None
        try:
            await asyncio.wait(tasks, timeout=FALLBACK_AFTER)
            winner = _won(tasks)
            if winner is None:
                tasks.append(asyncio.create_task(self.serial(rest)))
            while winner is None and not all(task.done() for task in tasks):
                pending = [task for task in tasks if not task.done()]
                await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                winner = _won(tasks)
            return winner
        finally:
            _call_off(tasks, winner)


def _won(tasks: Sequence[asyncio.Task[Dialled | None]]) -> Dialled | None:
    results = (task.result() for task in tasks if task.done() and not task.cancelled())
    return next((result for result in results if result is not None), None)


def _call_off(tasks: Sequence[asyncio.Task[Dialled | None]], winner: Dialled | None) -> None:
    """Stop the losers of a race, and close what they may have connected meanwhile."""

    def discard(task: asyncio.Task[Dialled | None]) -> None:
        late = None if task.cancelled() or task.exception() else task.result()
        if late is not None and late is not winner:
            late.sock.close()

    for task in tasks:
        task.cancel()
        task.add_done_callback(discard)


async def connect(address: str, port: int, *, limit: float, clock: Clock) -> Dialled:
    """Connect to one address (a literal). Raise OSError, TimeoutError after `limit` seconds."""
    sock = _open(address)
    try:
        started = clock.monotonic()
        _check(sock.connect_ex((address, port)), but=errno.EINPROGRESS)
        noticed = await _writable(sock, limit, clock)
    except BaseException:
        sock.close()
        raise
    return Dialled(sock, address, started, _established(sock, started, noticed))


def _established(sock: socket.socket, started: float, noticed: float) -> float:
    """Give when the peer's SYN came, however late the loop came round to it.

    The kernel timed the one round trip there was so far. Where SYN was sent again, only we know
    since when.
    """
    facts = tcp_facts(sock)
    if facts is None or facts.retransmits or not facts.rtt:
        return noticed
    return min(noticed, started + facts.rtt)


def _check(code: int, *, but: int = 0) -> None:
    if code not in (0, but):
        raise OSError(code, os.strerror(code))


def _open(address: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    # As Go does (net.newTCPConn): what is small is not kept back until the peer has confirmed.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


async def _writable(sock: socket.socket, limit: float, clock: Clock) -> float:
    loop = asyncio.get_running_loop()
    number = sock.fileno()
    waiting: asyncio.Future[float] = loop.create_future()

    def settle() -> None:
        moment = clock.monotonic()
        loop.remove_writer(number)
        try:
            _check(sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
        except OSError as error:
            if not waiting.done():
                waiting.set_exception(error)
        else:
            if not waiting.done():
                waiting.set_result(moment)

    def give_up() -> None:
        if not waiting.done():
            waiting.set_exception(TimeoutError())

    loop.add_writer(number, settle)
    timer = loop.call_later(limit, give_up)
    try:
        return await waiting
    except BaseException:
        loop.remove_writer(number)
        raise
    finally:
        timer.cancel()
        forget(waiting)
