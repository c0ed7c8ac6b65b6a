"""Puts a reply on the wire: when, how fast, and where it breaks off."""

import asyncio
from collections.abc import Iterator
from typing import Protocol

from goproxy_exporter.simulator.reply import HALF_HEAD, NOTHING, Break, Endless, Reply

_BEATS = 20
"""Writes per second of a body that is slowed down."""


class Channel(Protocol):
    """The way back for one answer, over either protocol."""

    async def raw(self, data: bytes) -> None:
        """Send bytes that are not HTTP and end the connection."""

    async def interim(self, status: int) -> None:
        """Send a 1xx head."""

    async def head(self, reply: Reply) -> None:
        """Send the head."""

    async def flood(self) -> None:
        """Send a head without an end."""

    async def data(self, piece: bytes) -> None:
        """Send a part of the body."""

    async def end(self, reply: Reply) -> None:
        """End the answer in order."""

    async def ruin(self, broken: Break, reply: Reply) -> None:
        """Break off."""


async def deliver(reply: Reply, channel: Channel, *, bodiless: bool) -> None:
    """Send `reply`; `bodiless` answers (to HEAD, 204, 304) have a head alone."""
    if reply.wait:
        await asyncio.sleep(reply.wait)
    broken = reply.broken
    if broken is not None and broken.after in (NOTHING, HALF_HEAD):
        await channel.ruin(broken, reply)
        return
    if reply.raw is not None:
        await channel.raw(reply.raw)
        return
    if reply.endless is Endless.HEAD:
        await channel.flood()
        return
    for status in reply.interim:
        await channel.interim(status)
    await channel.head(reply)
    if not bodiless:
        await _body(reply, channel)
    await (channel.ruin(broken, reply) if broken else channel.end(reply))


async def _body(reply: Reply, channel: Channel) -> None:
    for piece in _pieces(reply):
        await channel.data(piece)
        if reply.rate:
            await asyncio.sleep(len(piece) / reply.rate)
        elif reply.endless:
            await asyncio.sleep(0)  # The reader may live on the same loop.


def _pieces(reply: Reply) -> Iterator[bytes]:
    body, step = reply.body, reply.step
    if reply.broken is not None:
        body = body[: reply.broken.after]
    if reply.rate:
        step = min(step, max(1, int(reply.rate / _BEATS)))
    while True:
        for start in range(0, len(body), step):
            yield body[start : start + step]
        if reply.endless is not Endless.BODY:
            return
        body = body[: 2 * step] * 2
