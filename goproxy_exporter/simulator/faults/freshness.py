"""Faults of time: what is new comes late, or goes again."""

from goproxy_exporter.simulator.conduct import MIRROR, Bend, Conduct, Fault, Sight
from goproxy_exporter.simulator.faults.bends import (
    FRESH,
    Test,
    both,
    delivered,
    each,
    everything,
    fresh,
    having,
    on,
    turn,
    when,
)
from goproxy_exporter.simulator.faults.edge import LAST
from goproxy_exporter.simulator.faults.sights import older_than, seen_when, without
from goproxy_exporter.simulator.known import Known
from goproxy_exporter.simulator.modules import Release
from goproxy_exporter.simulator.request import Kind

_LIST, _LATEST = on(Kind.LIST), on(Kind.LATEST)
_FILES = on(Kind.INFO, Kind.MOD, Kind.ZIP)
_MINUTE = 60.0
_SEVERAL = 2


def _seen(code: str, variant: str, meaning: str, sight: Sight, *, edge: str | None = None) -> Fault:
    here = Conduct(sight=sight)
    return Fault(f"{code}{variant}", meaning, code, here=here, edge=edge, only=(MIRROR,))


def _late(variant: str, meaning: str, test: Test) -> Fault:
    return _seen("freshness.list_stale", variant, meaning, seen_when(test, older_than(FRESH)))


def _negative(variant: str, meaning: str, bend: Bend) -> Fault:
    """Have no file of fresh releases, and mark that as remembered."""
    name, test = "freshness.negative_cache", each(_FILES, fresh)
    here = Conduct(sight=seen_when(test, older_than(FRESH)), bend=when(test, bend))
    return Fault(f"{name}{variant}", meaning, name, here=here, only=(MIRROR,))


def _disagreeing(variant: str, meaning: str, sight: Sight, *, edge: str | None = None) -> Fault:
    return _seen("freshness.replica_inconsistent", variant, meaning, sight, edge=edge)


def _shrinking(variant: str, meaning: str, test: Test) -> Fault:
    sight = seen_when(each(_LIST, test), without(_oldest))
    return _seen("freshness.list_shrank", variant, meaning, sight)


def _newest(known: Known, module: str) -> Release | None:
    """Pick the newest release of a module that has several."""
    releases = known.catalogue.of(module)
    return releases[-1] if len(releases) >= _SEVERAL else None


def _oldest(known: Known, module: str) -> Release | None:
    """Pick the oldest release of a module that has several."""
    releases = known.catalogue.of(module)
    return releases[0] if len(releases) >= _SEVERAL else None


def _newest_untagged(known: Known, module: str) -> Release | None:
    """Pick the newest revision of a module that has several and no tag."""
    return None if known.catalogue.versions(module) else _newest(known, module)


def _even(number: int) -> bool:
    return number % 2 == 0


def _later(number: int) -> bool:
    return number > 1


FRESHNESS = (
    _late("", "lists name no version of the last two days, whose files are there", _LIST),
    _late("/queries", "neither lists nor @latest do", on(Kind.LIST, Kind.LATEST)),
    _late("/everything", "nothing that was published in the last two days is there", everything),
    _seen(
        "freshness.latest_stale",
        "",
        "@latest of modules without tags is the revision before the newest",
        seen_when(_LATEST, without(_newest_untagged)),
    ),
    _negative(
        "",
        "files of fresh versions, which lists name, are 404 from a cache, for 20 minutes more",
        having(cache_control="public, max-age=1800", age="600"),
    ),
    _negative(
        "/day",
        "the same, for 23 hours more",
        having(cache_control="public, max-age=86400", age="3600"),
    ),
    _negative(
        "/410",
        "the same with 410, for 20 minutes more",
        both(delivered(status=410), having(cache_control="public, max-age=1800", age="600")),
    ),
    _disagreeing(
        "",
        "every second list lacks the newest version",
        seen_when(each(_LIST, turn(_even)), without(_newest)),
    ),
    _disagreeing(
        "/addresses",
        f"lists at {LAST} lack the newest version",
        seen_when(_LIST, without(_newest)),
        edge=LAST,
    ),
    _disagreeing(
        "/latest",
        "every second @latest of modules without tags is the revision before the newest",
        seen_when(each(_LATEST, turn(_even)), without(_newest_untagged)),
    ),
    _shrinking("", "lists lose their oldest version once they have been asked for", turn(_later)),
    _shrinking("/at_once", "lists lack their oldest version", everything),
    Fault(
        "healthy/list-late",
        "lists name no version of the last 45 minutes",
        None,
        here=Conduct(sight=seen_when(_LIST, older_than(45 * _MINUTE))),
        only=(MIRROR,),
    ),
)
