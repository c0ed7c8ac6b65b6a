"""What has changed since the last inspection?"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from goproxy_exporter.model.names import State
from goproxy_exporter.report.document import SCHEMA
from goproxy_exporter.report.report import Report

MOST = 64 * 1024 * 1024
"""Octets of an earlier report that are read at most."""

Subject = tuple[str, str]
"""A list of the JSON document, and a name in it."""
Standing = tuple[str, str | None]
"""A state (of a GOPROXY list: whether builds work) and the primary cause."""

_WATCHED = ("mirrors", "checksum_databases", "vulnerability_databases")
_QUIET = frozenset({str(State.HEALTHY), "true"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What an earlier report says: how everything stood, and who should have heard of it."""

    standings: dict[Subject, Standing] = field(default_factory=dict)
    untold: frozenset[str] = frozenset()
    """Ids of destinations that could not be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One subject that stands otherwise than before; `before` is None where it is new."""

    subject: Subject
    before: Standing | None
    now: Standing


def read_earlier(path: Path) -> Earlier | None:
    """Read a JSON report; None where there is none yet. Raises ValueError where it is unusable."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ValueError(error.strerror or str(error)) from error
    if len(data) > MOST:
        raise ValueError(f"is larger than {MOST} octets")
    try:
        return _earlier(json.loads(data))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError("is not a JSON report of this program") from None


def changes(earlier: Earlier | None, report: Report) -> tuple[Change, ...]:
    """Give what stands otherwise than before. What is new is a change where it is not healthy."""
    before = {} if earlier is None else earlier.standings
    return tuple(
        Change(subject=subject, before=before.get(subject), now=now)
        for subject, now in standings(report).items()
        if before.get(subject) != now and (subject in before or now[0] not in _QUIET)
    )


def standings(report: Report) -> dict[Subject, Standing]:
    """Give how everything stands that the JSON document tells of."""
    lists = (report.mirrors, report.checksum_databases, report.vulnerability_databases)
    found: dict[Subject, Standing] = {}
    for name, members in zip(_WATCHED, lists, strict=True):
        for one in members:
            primary = one.verdict.primary
            standing = str(one.verdict.state), None if primary is None else str(primary)
            found[name, one.mirror.name] = standing
    for chain in report.chains:
        found["chains", chain.chain.name] = (_word(chain.ok), None)
    return found


def _earlier(document: dict[str, Any]) -> Earlier:
    if document["schema"] != SCHEMA:
        raise ValueError("another schema")
    told = document.get("notifications", [])
    return Earlier(
        standings=dict(_standings(document)),
        untold=frozenset(str(one["id"]) for one in told if one["ok"] is False),
    )


def _standings(document: dict[str, Any]) -> Iterator[tuple[Subject, Standing]]:
    for name in _WATCHED:
        for one in document[name]:
            primary = one["primary"]
            standing = str(one["state"]), None if primary is None else str(primary)
            yield (name, str(one["name"])), standing
    for chain in document["chains"]:
        yield ("chains", str(chain["name"])), (_word(chain["ok"]), None)


def _word(ok: bool | None) -> str:  # noqa: FBT001 - a value of three, not a switch
    return "unknown" if ok is None else str(ok).lower()
