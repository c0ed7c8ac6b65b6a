"""Faults of content that only the checksum database shows: well-formed, but another file."""

from collections.abc import Callable
from dataclasses import replace

from goproxy_exporter.simulator.conduct import MIRROR, Bend, Conduct, Fault
from goproxy_exporter.simulator.faults.bends import Test, each, everything, of, on, when
from goproxy_exporter.simulator.faults.redirect import signed
from goproxy_exporter.simulator.faults.sights import changed, seen_when
from goproxy_exporter.simulator.modules import LARGE, UPPERCASE, Release
from goproxy_exporter.simulator.request import Kind

Change = Callable[[Release], Release]

_ZIP, _MOD = on(Kind.ZIP), on(Kind.MOD)
_MOVED = "The tag of this version was moved."
_EVIL = ("example.com/evil", "v1.0.0")


def retagged(release: Release) -> Release:
    """Give the release as if its tag had been moved: its source has one line more."""
    return replace(release, remark=_MOVED)


def _remarked(release: Release) -> Release:
    return replace(release, mod_remark=_MOVED)


def _requiring(release: Release) -> Release:
    return replace(release, requires=(*release.requires, _EVIL))


def _zip(variant: str, meaning: str, test: Test = everything, *, bend: Bend | None = None) -> Fault:
    """Change zips where they are served: here, or at the storage host if this leads there."""
    name, sight = "integrity.zip_hash_mismatch", seen_when(each(_ZIP, test), changed(retagged))
    here, target = Conduct(sight=sight, bend=bend), Conduct(sight=sight)
    return Fault(f"{name}{variant}", meaning, name, here=here, target=target, only=(MIRROR,))


def _mod(
    variant: str, meaning: str, test: Test = everything, *, change: Change = _remarked
) -> Fault:
    name, sight = "integrity.mod_hash_mismatch", seen_when(each(_MOD, test), changed(change))
    return Fault(f"{name}{variant}", meaning, name, here=Conduct(sight=sight), only=(MIRROR,))


TAMPERING = (
    _zip("", "a source file in every zip has one line more"),
    _zip("/one", f"the same in the zips of {UPPERCASE[0]} alone", of(UPPERCASE[0])),
    _zip("/large", f"the same in the zips of {LARGE[0]} alone", of(LARGE[0])),
    _zip(
        "/target",
        "the same, and all zips lead to the storage host",
        bend=when(_ZIP, signed()),
    ),
    _mod("", "every .mod has a comment more"),
    _mod("/one", f"the same for {UPPERCASE[0]} alone", of(UPPERCASE[0])),
    _mod("/requires", f"every .mod requires {_EVIL[0]} besides", change=_requiring),
)
