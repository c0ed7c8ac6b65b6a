"""What does the source of the rules say?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from goproxy_exporter.model.cause import Code

SOURCE = Path(__file__).with_name("source.yaml")
_SEEN_BY = {"any": "max", "all": "min"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the links of notifications lead: URLs without a slash at the end."""

    documentation: str
    dashboards: str
    exporter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A recording rule: its name, what its value is, and how it is computed."""

    name: str
    says: str
    expr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert. `expr` is PromQL, spans are as Prometheus writes them, "" where there is none."""

    name: str
    says: str
    expr: str
    severity: str
    category: str
    board: str
    summary: str
    description: str = ""
    action: str = ""
    runbook: str = ""
    """A cause, ``cause`` or ``primary`` for the one that is found out later, or nothing."""
    hold: str = ""
    keep: str = ""
    causes: tuple[Code, ...] = ()
    """It fires for each of these that a mirror shows."""
    seen_by: str = ""
    stands_for: tuple[Code, ...] = ()
    """It reaches these by other series."""

    @property
    def on_mirror(self) -> bool:
        """Whether the label `mirror` says whom it is about."""
        return bool(self.causes) or "$labels.mirror" in self.description


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rules that are evaluated together, in this order."""

    name: str
    rules: tuple[Recording | Alert, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """All of it."""

    places: Places
    job: str
    groups: tuple[Group, ...]
    unalerted: Mapping[Code, str] = field(default_factory=dict)
    """Causes that no alert reaches, and why."""

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """Every alert, in order."""
        return tuple(rule for rule in self._rules() if isinstance(rule, Alert))

    @property
    def recordings(self) -> tuple[Recording, ...]:
        """Every recording rule, in order."""
        return tuple(rule for rule in self._rules() if isinstance(rule, Recording))

    def _rules(self) -> Iterator[Recording | Alert]:
        for group in self.groups:
            yield from group.rules


def read(path: Path = SOURCE, *, places: Mapping[str, str] | None = None) -> Source:
    """Read the source; `places` replace its own. Raises TypeError for keys that are unknown."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    job = document["job"]
    return Source(
        places=Places(**(document["places"] | dict(places or {}))),
        job=job,
        groups=tuple(
            Group(name=one["name"], rules=tuple(_rule(rule, job) for rule in one["rules"]))
            for one in document["groups"]
        ),
        unalerted={Code(code): why for code, why in document["unalerted"].items()},
    )


def _rule(rule: Mapping[str, Any], job: str) -> Recording | Alert:
    known = dict(rule)
    if "record" in known:
        return Recording(name=known.pop("record"), **(known | {"expr": known["expr"].strip()}))
    causes = tuple(Code(code) for code in known.pop("causes", ()))
    if causes:
        known["expr"] = _shown(causes, known["seen_by"])
        known["says"] = _words(causes, known["seen_by"], known.get("for", ""))
        known["runbook"] = causes[0] if len(causes) == 1 else "cause"
    return Alert(
        name=known.pop("alert"),
        causes=causes,
        stands_for=tuple(Code(code) for code in known.pop("stands_for", ())),
        hold=known.pop("for", ""),
        expr=known.pop("expr").strip().replace("$job", job),
        **known,
    )


def _shown(causes: tuple[Code, ...], seen_by: str) -> str:
    pattern = "|".join(code.replace(".", "[.]") for code in causes)
    matcher = f'cause="{causes[0]}"' if len(causes) == 1 else f'cause=~"{pattern}"'
    return f"mirror_cause:goproxy_mirror_cause:{_SEEN_BY[seen_by]}{{{matcher}}} == 1"


def _words(causes: tuple[Code, ...], seen_by: str, hold: str) -> str:
    codes = ", ".join(f"`{code}`" for code in causes)
    whose = "an exporter sees" if seen_by == "any" else "every exporter that can tell sees"
    since = f"For {hold}, {whose}" if hold else whose.capitalize()
    one_of = "one of " if len(causes) > 1 else ""
    return f"{since} {one_of}{codes}, and it is not accepted."
