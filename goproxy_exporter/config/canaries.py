"""Which modules is a mirror asked for, after the configuration had its say?"""

from dataclasses import replace

from goproxy_exporter.config.defaults import CANARIES
from goproxy_exporter.config.schema_canaries import CanariesSection, PathCanary, VersionCanary
from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.path import check_path
from goproxy_exporter.model.mirror import Canaries, Canary


def built_in(*, pinned: bool, indexed: bool) -> Canaries:
    """Give the built-in canaries.

    Their sums hold only where sum.golang.org is the database, and fresh ones are drawn from the
    module index only where there is one.
    """
    known = replace(CANARIES, fresh_from_index=indexed)
    if pinned:
        return known
    return replace(
        known,
        stable=tuple(map(_unpinned, CANARIES.stable)),
        incompatible=CANARIES.incompatible and _unpinned(CANARIES.incompatible),
    )


def merged(section: CanariesSection | None, base: Canaries) -> Canaries:
    """Put a section's canaries over others. A derived `missing` follows the stable canaries.

    Raises ValueError where no path that surely is no module can be derived.
    """
    if section is None:
        return base
    stable = tuple(map(_canary, section.stable)) if section.stable else base.stable
    fresh = section.fresh
    return Canaries(
        stable=stable,
        missing=_missing(section, base, stable),
        uppercase=_or(section.uppercase, base.uppercase),
        incompatible=_or(section.incompatible, base.incompatible),
        untagged=_or(section.untagged, base.untagged),
        large=_or(section.large, base.large),
        fresh=tuple(map(_canary, fresh)) if isinstance(fresh, list) else base.fresh,
        fresh_from_index=base.fresh_from_index if fresh is None else fresh == "index",
    )


def _unpinned(canary: Canary) -> Canary:
    return replace(canary, zip_sum=None, mod_sum=None)


def _canary(section: VersionCanary | PathCanary) -> Canary:
    match section:
        case VersionCanary(sums=sums):
            return Canary(
                module=section.module,
                version=section.version,
                zip_sum=sums.zip if sums else None,
                mod_sum=sums.mod if sums else None,
                declared=True,
            )
        case PathCanary():
            return Canary(module=section.module, declared=True)


def _or(section: VersionCanary | PathCanary | str | None, base: Canary | None) -> Canary | None:
    """Choose between a section, ``off`` (the one text that gets here) and what was there."""
    if section is None:
        return base
    return None if isinstance(section, str) else _canary(section)


def _missing(section: CanariesSection, base: Canaries, stable: tuple[Canary, ...]) -> Canary:
    if section.missing is not None:
        return _canary(section.missing)
    if base.missing.declared:
        return base.missing
    for canary in stable:
        path = f"{canary.module}/zz-none"
        try:
            check_path(path)
        except ProtocolError:
            # gopkg.in/yaml.v3/zz-none and the like are no module paths at all.
            continue
        return Canary(module=path)
    raise ValueError("nothing below the stable modules can be a module path; name `missing` too")
