"""Which versions are followed at a mirror, and what does the reference say of them?"""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from goproxy_exporter.model.freshness import Followed
from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.probes.kit import Kit

MOST_DECLARED = 8
"""Versions that the operator may name."""

T = TypeVar("T")


async def followed_by(check: Check, kit: Kit) -> tuple[Followed, ...]:
    """Give what the operator named, and what is drawn from the index."""
    canaries = check.mirror.canaries
    named = tuple(
        Followed(module=one.module, version=one.version, declared=True)
        for one in canaries.fresh[:MOST_DECLARED]
        if one.version is not None
    )
    if kit.index is None or not canaries.fresh_from_index:
        return named
    drawn = await in_time(kit, kit.index.followed(kit.recall.everywhere))
    return (*named, *(drawn or ()))


async def news_of(check: Check, kit: Kit) -> str | None:
    """Give what the reference calls the latest revision of the untagged canary."""
    untagged = check.mirror.canaries.untagged
    if untagged is None or check.mirror.is_reference:
        return None
    if not kit.reference.may_hear(untagged.module, declared=untagged.declared):
        return None
    return await in_time(kit, kit.reference.latest(untagged.module))


async def listed_by_reference(
    check: Check, kit: Kit, module: str, *, declared: bool
) -> frozenset[str] | None:
    """Give what the reference lists of a module; None where it does not know it, or is not asked."""
    if check.mirror.is_reference or not kit.reference.may_hear(module, declared=declared):
        return None
    return await in_time(kit, kit.reference.versions(module)) or None


def revisions_of(check: Check, kit: Kit, news: str | None) -> tuple[Followed, ...]:
    """Give the revisions of the untagged canary that its ``@latest`` should have reached."""
    untagged = check.mirror.canaries.untagged
    if untagged is None:
        return ()
    awaited = [
        version
        for (module, version), trail in kit.recall.own.trails.items()
        if module == untagged.module
        and (trace := trail.traces.get(Endpoint.LATEST)) is not None
        and not trace.visible
    ]
    names = dict.fromkeys(awaited if news is None else (*awaited, news))
    return tuple(Followed(module=untagged.module, version=name) for name in names)


async def in_time(kit: Kit, asked: Awaitable[T]) -> T | None:
    """Wait for evidence, but not for longer than there is time."""
    try:
        async with asyncio.timeout(max(0.0, kit.left())):
            return await asked
    except TimeoutError:
        return None
