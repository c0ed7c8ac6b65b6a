"""What has been published when a world begins, and when?

Besides the catalogue there is a module with fresh releases, and the checksum database holds
records of modules that nobody serves any more, so that its tree has tiles of several kinds: three
full ones, two that are partial, one of a higher level, and one that became full within the last
hour. More such records before all others make a tree of any height: from 65,536 on it has tiles of
level 2.
"""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

from goproxy_exporter.gomod.rfc3339 import parse_time
from goproxy_exporter.simulator.known import Known, Publication, record_of
from goproxy_exporter.simulator.log import Log, Record
from goproxy_exporter.simulator.modules import Catalogue, Release
from goproxy_exporter.simulator.vulnerability import vulnerabilities

DAILY = "example.com/daily"
"""The module that has fresh releases."""
INDEX_BEGINS = datetime(2019, 4, 10, 19, 8, 52, 997264, tzinfo=UTC).timestamp()
"""When the public module index begins: what is older counts as published then."""
_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
_AGES = (
    ("v1.0.0", 40 * _DAY),
    ("v1.1.0", 3 * _DAY),
    ("v1.2.0", 26 * _HOUR),
    ("v1.3.0", 8 * _HOUR),
    ("v1.4.0", 3 * _HOUR),
    ("v1.4.1", 30 * _MINUTE),
)
_EARLY, _MIDDLE, _LATE = 300, 320, 150
"""How many records are no release's: before the catalogue's, after them, in the last hour."""
_ALL = _EARLY + _MIDDLE + _LATE


def beginning(catalogue: Catalogue, started: float, *, forgotten: int = 0) -> Known:
    """Publish a catalogue long ago, and the fresh releases before `started` (Unix seconds).

    So many records more than usual are logged of modules that nobody serves any more.
    """
    publications = (*_long_ago(catalogue, started), *_fresh(started))
    more = (_filler(number, INDEX_BEGINS) for number in range(_ALL, _ALL + forgotten))
    records = [*more, *_gone(started), *map(record_of, publications)]
    return Known(
        publications=tuple(sorted(publications, key=lambda one: one.at)),
        log=Log.of(tuple(sorted(records, key=lambda one: one.at))),
        vulnerabilities=vulnerabilities(started),
        started=started,
    )


def _long_ago(catalogue: Catalogue, started: float) -> Iterator[Publication]:
    """Publish releases when they were tagged, but never before the index began."""
    for release in catalogue.releases:
        tagged = parse_time(release.time)
        at = tagged.timestamp() if tagged else INDEX_BEGINS
        yield Publication(release, min(max(at, INDEX_BEGINS), started))


def _fresh(started: float) -> Iterator[Publication]:
    for version, age in _AGES:
        tagged = datetime.fromtimestamp(started - age - _MINUTE, UTC)
        release = Release(module=DAILY, version=version, time=f"{tagged:%Y-%m-%dT%H:%M:%SZ}")
        yield Publication(release, started - age)


def _gone(started: float) -> Iterator[Record]:
    """Log modules that are not there any more."""
    yield from (_filler(number, INDEX_BEGINS) for number in range(_EARLY))
    middle = range(_EARLY, _EARLY + _MIDDLE)
    yield from (_filler(number, started - 50 * _DAY) for number in middle)
    late = range(_EARLY + _MIDDLE, _ALL)
    for nth, number in enumerate(late):
        yield _filler(number, started - _HOUR * (1 - (nth + 1) / _LATE))


def _filler(number: int, at: float) -> Record:
    module, version = f"example.com/gone/m{number}", "v1.0.0"
    zip_sum, mod_sum = (_made_up(f"{module} {what}") for what in ("zip", "mod"))
    text = f"{module} {version} {zip_sum}\n{module} {version}/go.mod {mod_sum}\n"
    return Record(module=module, version=version, text=text.encode(), at=at)


def _made_up(seed: str) -> str:
    return "h1:" + base64.b64encode(sha256(seed.encode()).digest()).decode()
