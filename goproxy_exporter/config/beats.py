"""Which checks does a mirror get, and on which beat?"""

from collections.abc import Collection, Iterator

from goproxy_exporter.config.defaults import LARGE_TIMEOUT, PER_MINUTE, TIMEOUT
from goproxy_exporter.config.gather import AnyItem, Item
from goproxy_exporter.config.schema import Document
from goproxy_exporter.config.schema_mirror import CheckSection, MirrorSection
from goproxy_exporter.config.settings import Terms
from goproxy_exporter.config.units import format_duration
from goproxy_exporter.gomod.gosumdb import relayed
from goproxy_exporter.model.mirror import Check, Mirror
from goproxy_exporter.model.names import DEFAULT_INTERVALS, CheckName, Endpoint

OF_MIRRORS = tuple(name for name in CheckName if name not in {CheckName.CHAIN, CheckName.VULNDB})
"""Checks that ask one mirror. The others ask chains and databases."""

_NOTHING = CheckSection()


def checks_of(
    mirror: Mirror,
    terms: Terms,
    *,
    implemented: Collection[CheckName],
    sections: dict[str, CheckSection] | None = None,
) -> Iterator[Check]:
    """Give the checks of one mirror."""
    known = sections or {}
    enabled = [
        name
        for name in OF_MIRRORS
        if name in implemented
        and known.get(name, _NOTHING).enabled is not False
        and asks_anything(mirror, name)
    ]
    for name in enabled:
        interval, timeout = beat(name, known.get(name, _NOTHING), terms)
        # What the zip check downloads is compared there.
        spared = name is CheckName.CHECKSUM and CheckName.ZIP in enabled
        only = frozenset({Endpoint.MOD}) if spared else None
        yield Check(name=name, mirror=mirror, interval=interval, timeout=timeout, only=only)


def beat(name: CheckName, section: CheckSection, terms: Terms) -> tuple[float, float]:
    """Give interval and timeout in seconds. An inherited timeout gives way to the interval."""
    general = terms.interval if name in PER_MINUTE else None
    interval = section.interval or general or DEFAULT_INTERVALS[name]
    least = LARGE_TIMEOUT if name is CheckName.LARGE_ZIP else 0.0
    inherited = min(max(terms.timeout or TIMEOUT, least), interval)
    return interval, section.timeout or inherited


def asks_anything(mirror: Mirror, name: CheckName) -> bool:
    """Tell whether a mirror's settings leave a check something to do."""
    canaries = mirror.canaries
    if name is CheckName.LARGE_ZIP:
        return canaries.large is not None
    if name is CheckName.CHECKSUM:
        return mirror.is_verified
    if name is CheckName.SUMDB:
        return relayed(mirror.checksum_database) is not None
    if name is CheckName.ENCODING:
        return bool(canaries.uppercase or canaries.incompatible)
    if name is CheckName.FRESHNESS:
        return bool(canaries.fresh or canaries.fresh_from_index or canaries.untagged)
    return mirror.edges or name is not CheckName.EDGES


def complain_general(item: Item[Document], floor: float) -> None:
    """Note what is wrong with the general beat."""
    section = item.section.defaults
    if section is None:
        return
    _complain_interval(item, ("defaults", "interval"), section.interval, floor)
    interval = section.interval or DEFAULT_INTERVALS[CheckName.ENDPOINTS]
    _complain_timeout(item, ("defaults", "timeout"), section.timeout, interval)


def complain_checks(item: Item[MirrorSection], terms: Terms, floor: float) -> None:
    """Note what is wrong with the beats of one mirror's checks."""
    for key, section in (item.section.checks or {}).items():
        _complain_interval(item, ("checks", key, "interval"), section.interval, floor)
        interval, _ = beat(CheckName(key), section, terms)
        _complain_timeout(item, ("checks", key, "timeout"), section.timeout, interval)


def _complain_interval(
    item: AnyItem, keys: tuple[str, ...], value: float | None, floor: float
) -> None:
    if value is not None and value < floor:
        item.complain(*keys, message=f"must be at least {format_duration(floor)}")


def _complain_timeout(
    item: AnyItem, keys: tuple[str, ...], value: float | None, interval: float
) -> None:
    if value is None:
        return
    if value <= 0:
        item.complain(*keys, message="must be longer than 0")
    elif value > interval:
        item.complain(*keys, message=f"is longer than the interval, {format_duration(interval)}")
