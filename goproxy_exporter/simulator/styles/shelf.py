"""Which file, if any, is what a path asks for?"""

from dataclasses import dataclass

from goproxy_exporter.simulator.modules import Catalogue, Release
from goproxy_exporter.simulator.request import Kind, Request, Target

_BRANCHES = ("master", "main", "HEAD")

LARGE = 1 << 20
"""Bytes of a zip from which on a mirror with a storage host redirects to it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file. `release` is None for a list."""

    kind: Kind
    body: bytes
    release: Release | None = None

    @property
    def large(self) -> bool:
        """Whether this is a zip that storage hosts serve."""
        return self.kind is Kind.ZIP and len(self.body) >= LARGE


@dataclass(frozen=True, slots=True)
class Missing:
    """Nothing, and why."""

    kind: Kind
    reason: str


def find(request: Request, catalogue: Catalogue, *, origin: bool = False) -> Found | Missing:
    """Look a resource up; `origin` adds where a version came from to its .info."""
    target = request.target
    if target.kind is Kind.OTHER:
        return Missing(Kind.OTHER, "no such resource")
    if not catalogue.knows(target.module):
        return Missing(target.kind, f"module {target.module}: no such repository")
    if target.kind is Kind.LIST:
        return Found(Kind.LIST, _lines(catalogue.versions(target.module)))
    release = _release(target, catalogue)
    if release is None:
        return Missing(target.kind, f"{target.module}: unknown revision {target.version}")
    return Found(target.kind, _body(target.kind, release, origin=origin), release)


def _lines(versions: tuple[str, ...]) -> bytes:
    return "".join(f"{version}\n" for version in versions).encode()


def _release(target: Target, catalogue: Catalogue) -> Release | None:
    branch = target.kind is Kind.INFO and target.version in _BRANCHES
    if target.kind is Kind.LATEST or branch:
        return catalogue.latest(target.module)
    return catalogue.release(target.module, target.version)


def _body(kind: Kind, release: Release, *, origin: bool) -> bytes:
    if kind is Kind.MOD:
        return release.go_mod
    return release.archive if kind is Kind.ZIP else release.info(origin=origin)
