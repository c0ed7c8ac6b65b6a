"""In which state is each mirror, and why?"""

from collections.abc import Iterator

from goproxy_exporter.metrics.family import Family, Kind, Sample
from goproxy_exporter.metrics.snapshot import Snapshot
from goproxy_exporter.model.cause import LAWS
from goproxy_exporter.model.names import Axis, State


def _state(snapshot: Snapshot) -> Iterator[Sample]:
    for view in snapshot.mirrors:
        for state in State:
            yield (view.mirror.name, state), float(view.verdict.state is state)


def _axis(snapshot: Snapshot) -> Iterator[Sample]:
    for view in snapshot.mirrors:
        for axis in Axis:
            answer = view.verdict.axes.get(axis)
            if answer is not None:
                yield (view.mirror.name, axis), float(answer)


def _cause(snapshot: Snapshot) -> Iterator[Sample]:
    for view in snapshot.mirrors:
        found = {cause.code for cause in view.verdict.causes}
        shown = found | view.looked_for
        for code, law in LAWS.items():
            if code in shown:
                yield (view.mirror.name, code, law.severity), float(code in found)


def _accepted(snapshot: Snapshot) -> Iterator[Sample]:
    for view in snapshot.mirrors:
        for code in LAWS:
            if code in view.mirror.accept:
                yield (view.mirror.name, code), 1.0


def _primary(snapshot: Snapshot) -> Iterator[Sample]:
    for view in snapshot.mirrors:
        code = view.verdict.primary
        if code is not None:
            yield (view.mirror.name, code, LAWS[code].severity), 1.0


STANDING = (
    Family(
        name="goproxy_mirror_state",
        kind=Kind.GAUGE,
        labels=("mirror", "state"),
        help="Whether the mirror is in this state, as of the last runs of its checks.",
        example='goproxy_mirror_state{state=~"unusable|dangerous"} == 1',
        samples=_state,
    ),
    Family(
        name="goproxy_mirror_axis_success",
        kind=Kind.GAUGE,
        labels=("mirror", "axis"),
        help="Whether the mirror is all right in this respect, as of the last runs; "
        "absent where nothing could judge it.",
        example='goproxy_mirror_axis_success{axis="usable"} == 0',
        samples=_axis,
    ),
    Family(
        name="goproxy_mirror_cause",
        kind=Kind.GAUGE,
        labels=("mirror", "cause", "severity"),
        help="Whether the mirror shows this cause, as of the last runs; absent where it was not "
        "looked for. Accepted causes are included.",
        example='max by (mirror, cause) (goproxy_mirror_cause{severity="dangerous"}) == 1',
        samples=_cause,
    ),
    Family(
        name="goproxy_mirror_cause_accepted",
        kind=Kind.GAUGE,
        labels=("mirror", "cause"),
        help="1 for each cause that the configuration accepts of the mirror, whether it shows it or "
        "not: it is reported, and nobody is alerted.",
        example="goproxy_mirror_cause == 1"
        " unless on (instance, mirror, cause) goproxy_mirror_cause_accepted",
        samples=_accepted,
    ),
    Family(
        name="goproxy_mirror_primary_cause_info",
        kind=Kind.GAUGE,
        labels=("mirror", "cause", "severity"),
        help="The cause that matters most for the mirror's state, as of the last runs.",
        example="goproxy_mirror_primary_cause_info"
        " * on (mirror) group_left (state) (goproxy_mirror_state == 1)",
        samples=_primary,
    ),
)
