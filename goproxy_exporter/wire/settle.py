"""What does a body come to, once it is decoded, counted and digested?"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from goproxy_exporter.model.exchange import Failure, FailureKind
from goproxy_exporter.wire.body import Body
from goproxy_exporter.wire.inflate import CorruptError, OverLimitError, inflate
from goproxy_exporter.wire.store import IN_MEMORY, Store

_AT_ONCE = 4096
"""Encoded bytes that are decoded between two turns of the loop: 4 MiB of output at the worst."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A body ready to be judged, and why it is not what it should be.

    `head` is the beginning: of the encoded body, where nothing could be decoded.
    """

    body: Body
    size: int
    sha256: str | None
    head: bytes
    failure: Failure | None = None


async def settle(store: Store, *, gzip: bool, limit: int, spool: bool) -> Settled:
    """Decode where `gzip`, in a thread where that may take long; the store is used up."""
    if not gzip:
        return _settled(store)
    if store.size <= _AT_ONCE:
        return _decoded(store, limit, spool=spool)
    return await _in_thread(lambda: _decoded(store, limit, spool=spool))


def _settled(store: Store, failure: Failure | None = None) -> Settled:
    return Settled(store.body(), store.size, store.sha256, store.head, failure)


def _decoded(store: Store, limit: int, *, spool: bool) -> Settled:
    decoded = Store(in_memory=IN_MEMORY if spool else None)
    failure = None
    try:
        for text in inflate(store.pieces(), limit=limit):
            decoded.write(text)
    except CorruptError as error:
        failure = Failure(FailureKind.BODY_ENCODING, f"gzip: {error}")
    except OverLimitError:
        failure = Failure(FailureKind.BODY_TOO_LARGE, f"more than {limit} bytes when decoded")
    except BaseException:
        decoded.close()
        raise
    finally:
        store.close()
    settled = _settled(decoded, failure)
    return settled if settled.head else replace(settled, head=store.head)


async def _in_thread(work: Callable[[], Settled]) -> Settled:
    """Run in a thread; a result that nobody waits for any more is closed when it comes."""
    future = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        future.add_done_callback(_discard)
        raise


def _discard(future: "asyncio.Future[Settled]") -> None:
    if not future.cancelled() and future.exception() is None:
        future.result().body.close()
