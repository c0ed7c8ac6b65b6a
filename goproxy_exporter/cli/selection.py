"""Which mirrors a command line means."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

import click

from goproxy_exporter.cli.goenv import read_go_env
from goproxy_exporter.config.ad_hoc import ad_hoc, ad_hoc_goproxy
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.probes import PROBES

IMPLEMENTED = frozenset(PROBES)


def select(settings: Settings, targets: Sequence[str], goproxy: str | None) -> Settings:
    """Narrow the settings to the named mirrors, URLs and GOPROXY entries; all without any.

    Raises click.UsageError for an unknown name and for a list without a mirror, ConfigError for a
    bad URL or list.
    """
    parts = []
    names = [target for target in targets if "://" not in target]
    urls = [target for target in targets if "://" in target]
    if names:
        parts.append(_named(settings, names))
    if urls:
        parts.append(ad_hoc(urls, settings, implemented=IMPLEMENTED))
    if goproxy is not None:
        parts.append(_listed(settings, goproxy))
    selected = _joined(parts) if parts else settings
    if not selected.mirrors:
        # To look at nothing and to find nothing wrong are two things.
        message = (
            f"{', '.join(chain.goproxy for chain in selected.chains)} names no mirror to look at"
        )
        raise click.UsageError(message)
    return selected


def _named(settings: Settings, names: Sequence[str]) -> Settings:
    known = {mirror.name: mirror for mirror in settings.mirrors}
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; there is: {', '.join(known)}"
            message = f"no mirror is called {name!r}{hint} (a URL has ://)"
            raise click.UsageError(message)
    wanted = frozenset(names)
    return replace(
        settings,
        mirrors=tuple(mirror for mirror in settings.mirrors if mirror.name in wanted),
        checks=frozenset(check for check in settings.checks if check.mirror.name in wanted),
        chains=(),
        databases=(),
    )


def _listed(settings: Settings, goproxy: str) -> Settings:
    if goproxy != "env":
        return ad_hoc_goproxy(goproxy, settings, implemented=IMPLEMENTED)
    go = read_go_env()
    return ad_hoc_goproxy(
        go.goproxy,
        settings,
        implemented=IMPLEMENTED,
        gonoproxy=go.gonoproxy or go.goprivate,
        gonosumdb=go.gonosumdb or go.goprivate,
        gosumdb=go.gosumdb,
    )


def _joined(parts: Sequence[Settings]) -> Settings:
    """Join selections; a mirror that two of them name is there once."""
    mirrors = {mirror.name: mirror for part in reversed(parts) for mirror in part.mirrors}
    checks = {check.key: check for part in reversed(parts) for check in part.checks}
    return replace(
        parts[-1],
        mirrors=tuple(mirrors.values()),
        checks=frozenset(checks.values()),
        chains=tuple(chain for part in parts for chain in part.chains),
    )
