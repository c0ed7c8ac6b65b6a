"""What do the nameservers say about one name?"""

import asyncio
import weakref
from dataclasses import dataclass
from enum import Enum, auto
from types import TracebackType
from typing import Any, Self

import aiodns
import pycares

TRIES = 3
"""Questions to each nameserver at most."""
GRACE = 0.3
"""Seconds for which the other family is waited for once one has answered."""

_RECORDS = {4: "A", 6: "AAAA"}
_KINDS: dict[str, type[pycares.ARecordData | pycares.AAAARecordData]] = {
    "A": pycares.ARecordData,
    "AAAA": pycares.AAAARecordData,
}
_TROUBLES = {
    aiodns.error.ARES_ESERVFAIL: "SERVFAIL",
    aiodns.error.ARES_EREFUSED: "REFUSED",
    aiodns.error.ARES_EFORMERR: "FORMERR",
    aiodns.error.ARES_ENOTIMP: "NOTIMP",
    aiodns.error.ARES_EBADRESP: "an unreadable answer",
    aiodns.error.ARES_ECONNREFUSED: "nothing listens there",
}

_Future = asyncio.Future[pycares.DNSResult]


class Verdict(Enum):
    """How one question ended."""

    ADDRESSES = auto()
    NXDOMAIN = auto()
    """There is no such name, of any type."""
    NODATA = auto()
    """The name exists, without such an address."""
    TROUBLE = auto()
    """SERVFAIL, REFUSED, an unreadable answer, or nothing listens there."""
    SILENCE = auto()
    """No answer in time."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The end of one question."""

    verdict: Verdict
    words: str
    addresses: tuple[str, ...] = ()


_DECISIVE = frozenset({Verdict.ADDRESSES, Verdict.NXDOMAIN})


class _LoopResolver(aiodns.DNSResolver):
    """aiodns with its sockets watched by the event loop.

    By default pycares starts a thread and an inotify watch for every resolver: twice the CPU, and
    no more than 128 at a time. aiodns has this way too, as its fallback.
    """

    def _make_channel(self, **kwargs: Any) -> tuple[bool, pycares.Channel]:
        weak = weakref.ref(self)

        def changed(fd: int, readable: bool, writable: bool) -> None:  # noqa: FBT001 - c-ares calls it so
            resolver = weak()
            if resolver is not None:
                resolver._sock_state_cb(fd, readable, writable)  # noqa: SLF001 - aiodns does the same

        return False, pycares.Channel(sock_state_cb=changed, timeout=self._timeout, **kwargs)


class Lookup:
    """Questions to one set of nameservers, fresh: no cache, no learned timeouts.

    `patience` is how long, in seconds, a first answer is waited for.
    Raises `pycares.AresError` where a nameserver is not an address.
    """

    def __init__(self, nameservers: tuple[str, ...], *, patience: float) -> None:
        self._resolver = _LoopResolver(nameservers, timeout=patience, tries=TRIES)

    async def __aenter__(self) -> Self:
        """Nothing is opened before the first question."""
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close every socket."""
        await self._resolver.close()

    async def ask(self, name: str, families: tuple[int, ...], timeout: float) -> tuple[Reply, ...]:
        """Ask for all families at once; one reply each, silence where none came in time."""
        records = [_RECORDS[family] for family in families]
        futures = {self._resolver.query_dns(name, record): record for record in records}
        try:
            await _wait(futures, timeout)
            return tuple(_reply(future, record) for future, record in futures.items())
        finally:
            for future in futures:
                future.cancel()


async def _wait(futures: dict[_Future, str], timeout: float) -> None:
    """Wait for every answer, but not long for the second once the first decides."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout
    pending = set(futures)
    while pending and loop.time() < deadline:
        done, pending = await asyncio.wait(
            pending, timeout=deadline - loop.time(), return_when=asyncio.FIRST_COMPLETED
        )
        if any(_reply(future, futures[future]).verdict in _DECISIVE for future in done):
            deadline = min(deadline, loop.time() + GRACE)


def _reply(future: _Future, record: str) -> Reply:
    if not future.done():
        return Reply(Verdict.SILENCE, "no answer")
    error = future.exception()
    if isinstance(error, aiodns.error.DNSError):
        return _failed(*error.args)
    if error is not None:
        raise error
    kind = _KINDS[record]
    data = (answer.data for answer in future.result().answer)
    found = tuple(one.addr for one in data if isinstance(one, kind))
    if not found:
        return Reply(Verdict.NODATA, f"no {record} record")
    return Reply(Verdict.ADDRESSES, "", found)


def _failed(code: int, words: str) -> Reply:
    match code:
        case aiodns.error.ARES_ENOTFOUND:
            return Reply(Verdict.NXDOMAIN, "NXDOMAIN")
        case aiodns.error.ARES_ENODATA:
            return Reply(Verdict.NODATA, "no address record")
        case aiodns.error.ARES_ETIMEOUT:
            return Reply(Verdict.SILENCE, "no answer")
        case _:
            return Reply(Verdict.TROUBLE, _TROUBLES.get(code, words))
