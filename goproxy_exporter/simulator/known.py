"""What is published, as one host knows it?"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

from goproxy_exporter.simulator.log import Log, Record
from goproxy_exporter.simulator.modules import Catalogue, Release
from goproxy_exporter.simulator.vulnerability import Vulnerability


@dataclass(frozen=True, slots=True)
class Publication:
    """A release, and the Unix time at which index and checksum database first knew it."""

    release: Release
    at: float


@dataclass(frozen=True, kw_only=True)
class Known:
    """Publications in their order, the checksum database's log, and vulnerabilities.

    `started` is the Unix time at which the world began.
    """

    publications: tuple[Publication, ...]
    log: Log
    vulnerabilities: tuple[Vulnerability, ...]
    started: float

    @cached_property
    def catalogue(self) -> Catalogue:
        """The releases alone."""
        return Catalogue(tuple(one.release for one in self.publications))

    def published_at(self, module: str, version: str) -> float | None:
        """Give the Unix time at which a version was published."""
        times = (
            one.at
            for one in self.publications
            if (one.release.module, one.release.version) == (module, version)
        )
        return next(times, None)

    def plus(self, release: Release, at: float) -> Self:
        """Know one more release, which is logged last whatever its time is."""
        publication = Publication(release, at)
        return replace(
            self,
            publications=(*self.publications, publication),
            log=self.log.plus(record_of(publication)),
        )

    def seeing(self, change: Callable[[Release, float], Release | None]) -> Self:
        """Know every release as `change` makes it of release and time; None: not at all."""
        seen = ((change(one.release, one.at), one.at) for one in self.publications)
        kept = tuple(Publication(release, at) for release, at in seen if release is not None)
        return replace(self, publications=kept)


def record_of(publication: Publication) -> Record:
    """Write what the checksum database logs of a release."""
    release = publication.release
    lines = sum_lines(release)
    return Record(module=release.module, version=release.version, text=lines, at=publication.at)


def sum_lines(release: Release) -> bytes:
    """Write the go.sum lines of a release."""
    named = f"{release.module} {release.version}"
    return f"{named} {release.zip_sum}\n{named}/go.mod {release.mod_sum}\n".encode()
