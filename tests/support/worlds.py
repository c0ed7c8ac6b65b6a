"""Many faults, tried in a few simulated worlds at the same time: most of a try is waiting."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import TypeVar

from goproxy_exporter.simulator.modules import CATALOGUE, Catalogue

FEW = 3
Seen = TypeVar("Seen")
Try = Callable[[str], Awaitable[Seen]]


async def side_by_side(
    faults: Iterable[str],
    opened: Callable[[], AbstractAsyncContextManager[Try[Seen]]],
    *,
    worlds: int = FEW,
) -> list[Seen]:
    """Try each fault once, in one of several worlds, one after the other in each.

    `opened` opens a world and gives what tries a fault in it. The order is not that of the faults.
    """
    left, seen = list(faults), list[Seen]()

    async def worker() -> None:
        async with opened() as tried:
            while left:
                seen.append(await tried(left.pop()))

    await asyncio.gather(*(worker() for _ in range(min(worlds, len(left)))))
    return seen


def lighter() -> Catalogue:
    """The usual modules; the large one is just large enough to be redirected."""
    releases = (
        replace(one, ballast=(1 << 20) + 1) if one.ballast else one for one in CATALOGUE.releases
    )
    return Catalogue(tuple(releases))
