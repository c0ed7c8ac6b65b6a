"""The words in which faults say how an honest reply is bent."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from goproxy_exporter.simulator.conduct import Bend, Scene
from goproxy_exporter.simulator.reply import Break, Ending, H2Code, Reply
from goproxy_exporter.simulator.request import RESOURCES, Kind, Request

Test = Callable[[Request, Scene], bool]
_FILES = (Kind.INFO, Kind.MOD, Kind.ZIP)
OK = 200
FRESH = 2 * 86400.0
"""Seconds for which a release is fresh."""


def answering(reply: Reply) -> Bend:
    """Answer this instead."""
    return lambda _request, _reply, _scene: reply


def delivered(**changes: Any) -> Bend:
    """Deliver the honest answer otherwise: fields of `Reply`."""
    return lambda _request, reply, _scene: replace(reply, **changes)


def having(**headers: str) -> Bend:
    """Set headers of the honest answer."""
    return lambda _request, reply, _scene: reply.having(**headers)


def breaking(ending: Ending, *, code: H2Code = H2Code.NO_ERROR) -> Bend:
    """Break off before anything of the answer."""
    return delivered(broken=Break(ending, code=code))


def cutting(ending: Ending, share: float = 0.5, *, code: H2Code = H2Code.NO_ERROR) -> Bend:
    """Break a success off after this share of its body."""

    def bend(_request: Request, reply: Reply, _scene: Scene) -> Reply:
        if reply.status != OK:
            return reply
        return replace(reply, broken=Break(ending, int(len(reply.body) * share), code))

    return bend


def body(change: Callable[[bytes], bytes]) -> Bend:
    """Change the body of a success."""

    def bend(_request: Request, reply: Reply, _scene: Scene) -> Reply:
        return replace(reply, body=change(reply.body)) if reply.status == OK else reply

    return bend


def gzipped(data: bytes) -> bytes:
    """Compress, the same bytes every time."""
    return gzip.compress(data, mtime=0)


def when(test: Test, bend: Bend) -> Bend:
    """Bend only what passes the test."""

    def only(request: Request, reply: Reply, scene: Scene) -> Reply:
        return bend(request, reply, scene) if test(request, scene) else reply

    return only


def both(*bends: Bend) -> Bend:
    """Bend in this order."""

    def bend(request: Request, reply: Reply, scene: Scene) -> Reply:
        for one in bends:
            reply = one(request, reply, scene)
        return reply

    return bend


def on(*kinds: Kind) -> Test:
    """Only these resources."""
    return lambda request, _scene: request.target.kind in kinds


def everything(_request: Request, _scene: Scene) -> bool:
    """Whatever is asked."""
    return True


def published(request: Request, scene: Scene) -> bool:
    """Only what exists."""
    target, catalogue = request.target, scene.catalogue
    if target.kind in (Kind.LIST, Kind.LATEST):
        return catalogue.knows(target.module)
    return target.kind in _FILES and catalogue.release(target.module, target.version) is not None


def files(request: Request, scene: Scene) -> bool:
    """Only .info, .mod and .zip of what exists."""
    return request.target.kind in _FILES and published(request, scene)


def fresh(request: Request, scene: Scene) -> bool:
    """Only what a version has that is fresh: its files, its record in the checksum database."""
    asked = request.inquiry or request.target
    at = scene.known.published_at(asked.module, asked.version)
    return at is not None and at > request.at - FRESH


def unknown(request: Request, scene: Scene) -> bool:
    """Only paths that no module has."""
    target = request.target
    return target.kind in RESOURCES and not scene.catalogue.knows(target.module)


def below(request: Request, scene: Scene) -> bool:
    """Only paths below an existing module that are no module themselves."""
    parents = _parents(request.target.module)
    return unknown(request, scene) and any(scene.catalogue.knows(one) for one in parents)


def shorter(request: Request, scene: Scene) -> bool:
    """Only beginnings of module paths that are no module themselves."""
    start = f"{request.target.module}/"
    return unknown(request, scene) and any(
        release.module.startswith(start) for release in scene.catalogue.releases
    )


def of(module: str, version: str = "") -> Test:
    """Only this module, or this version of it and what names it."""
    return lambda request, _scene: (
        request.target.module == module and version in ("", request.target.version)
    )


def capital(request: Request, _scene: Scene) -> bool:
    """Only paths with an escaped capital letter."""
    return "!" in request.path


def plus(request: Request, _scene: Scene) -> bool:
    """Only paths with a plus sign."""
    return "+" in request.path


def written(part: str) -> Test:
    """Only paths in which this stands as it was sent, before decoding."""
    return lambda request, _scene: part in request.raw


def each(*tests: Test) -> Test:
    """All tests at once."""
    return lambda request, scene: all(test(request, scene) for test in tests)


def turn(numbers: Callable[[int], bool], *, per_path: bool = True) -> Test:
    """Only the requests with these numbers, counted from 1 by path or over all of the mirror."""
    key = object()

    def test(request: Request, scene: Scene) -> bool:
        return numbers(scene.count((key, request.url) if per_path else key))

    return test


def _parents(module: str) -> list[str]:
    parts = module.split("/")
    return ["/".join(parts[:length]) for length in range(1, len(parts))]
