"""Which unit tests does every alert have?

``cases.yaml`` has them by alert, in short: what is `given`, `at` which moment, and `with` which labels
beyond those of the rule the alert fires. Alerts on causes have theirs made here, from their causes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from formats import written
from source import Alert, Source

from goproxy_exporter.model.cause import LAWS

CASES = Path(__file__).with_name("cases.yaml")
RULES = "goproxy.rules.yaml"
_SERIES = re.compile(r"(?P<name>\w+)(?:{(?P<labels>.*)})?")
_SPAN = re.compile(r"(\d+)([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Look:
    """A moment, in minutes, and the labels of what fires then, beyond those of the rule."""

    at: int
    firing: tuple[Labels, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One unit test of an alert: some series, and looks at what becomes of them."""

    alert: Alert
    title: str
    given: Mapping[str, str]
    looks: tuple[Look, ...]


def minutes(span: str) -> int:
    """Give whole minutes, rounded up, of a duration such as ``1h30m``."""
    seconds = sum(int(count) * _SECONDS[unit] for count, unit in _SPAN.findall(span))
    return -(-seconds // 60)


def cases(source: Source, path: Path = CASES) -> Iterator[Case]:
    """Give every unit test. Raises KeyError for an alert without any."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    for alert in source.alerts:
        if alert.causes:
            yield _of_causes(alert)
        else:
            yield from _written(alert, document[alert.name])


def promtool(source: Source) -> str:
    """Write the file for `promtool test rules`."""
    return written(
        {
            "rule_files": [RULES],
            "evaluation_interval": "1m",
            "tests": [_test(case, source.job) for case in cases(source)],
        }
    )


def _written(alert: Alert, document: Mapping[str, list[Mapping[str, Any]]]) -> Iterator[Case]:
    """Make one test of all cases to which the same is given."""
    together: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for kind, every in document.items():
        for one in every:
            together.setdefault(str(sorted(one["given"].items())), []).append((kind, one))
    for group in together.values():
        title = "; ".join(f"{kind} when {one['when']}" for kind, one in group)
        looks = sorted((_look(kind, one) for kind, one in group), key=lambda look: look.at)
        yield Case(alert, title, group[0][1]["given"], tuple(looks))


def _look(kind: str, case: Mapping[str, Any]) -> Look:
    firing = tuple(case.get("with", ({},))) if kind == "fires" else ()
    return Look(minutes(case["at"]), firing)


def _of_causes(alert: Alert) -> Case:
    """Put every cause of an alert before it, at mirrors that differ in who sees it."""
    hold = minutes(alert.hold)
    given: dict[str, str] = {}
    firing: list[Labels] = []
    for code in alert.causes:
        of = f'cause="{code}",severity="{LAWS[code].severity}"'
        yes, no = f"1x{hold + 2}", f"0+0x{hold + 2}"
        given |= {
            f'goproxy_mirror_cause{{mirror="shown",{of}}}': yes,
            f'goproxy_mirror_cause{{mirror="clean",{of}}}': no,
            f'goproxy_mirror_cause{{mirror="disputed",{of}}}': yes,
            f'goproxy_mirror_cause{{mirror="disputed",{of},instance="two"}}': no,
        }
        if alert.category != "integrity":
            given[f'goproxy_mirror_cause{{mirror="accepted",{of}}}'] = yes
            given[f'goproxy_mirror_cause_accepted{{mirror="accepted",cause="{code}"}}'] = yes
        seen = ("shown", "disputed") if alert.seen_by == "any" else ("shown",)
        firing += [{"mirror": mirror, "cause": str(code)} for mirror in seen]
    title = "fires for the mirror that shows it, and for no other"
    early = (Look(hold - 1),) if hold > 1 else ()
    return Case(alert, title, given, (*early, Look(hold + 1, tuple(firing))))


def _test(case: Case, job: str) -> dict[str, Any]:
    return {
        "name": f"{case.alert.name} {case.title}",
        "interval": "1m",
        "input_series": [
            {"series": _full(series, job), "values": values}
            for series, values in case.given.items()
        ],
        "promql_expr_test": [
            {
                "expr": f'ALERTS{{alertname="{case.alert.name}",alertstate="firing"}}',
                "eval_time": f"{look.at}m",
                "exp_samples": [
                    {"labels": _alerts(case.alert, labels, job), "value": 1}
                    for labels in look.firing
                ],
            }
            for look in case.looks
        ],
    }


def _full(series: str, job: str) -> str:
    """Add the labels that a scrape adds: `job`, and `instance` where none is given."""
    found = _SERIES.fullmatch(series)
    if found is None:
        raise ValueError(series)
    given = [f'job="{job}"', *filter(None, [found["labels"]])]
    if not any("instance=" in one for one in given):
        given.append('instance="one"')
    return f"{found['name']}{{{','.join(given)}}}"


def _alerts(alert: Alert, labels: Labels, job: str) -> str:
    """Write the series in which Prometheus remembers that an alert fires."""
    own = {
        "alertname": alert.name,
        "alertstate": "firing",
        "category": alert.category,
        "severity": alert.severity,
        "job": job,
    }
    every = [f'{name}="{value}"' for name, value in (own | dict(labels)).items() if value]
    return f"ALERTS{{{','.join(every)}}}"
