"""How are metrics written down without holding up everything else?"""

import asyncio
import gzip
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from programs import needed
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.openmetrics import parser as openmetrics_parser
from prometheus_client.parser import text_string_to_metric_families as parse_text
from prometheus_client.registry import Collector

from goproxy_exporter.metrics import FAMILIES, Family, Form, Kind, Snapshot, render, take
from goproxy_exporter.metrics.collector import TableCollector
from goproxy_exporter.metrics.exposition import SLICE, slices
from goproxy_exporter.metrics.family import clean
from goproxy_exporter.metrics.negotiate import OPENMETRICS, TEXT
from goproxy_exporter.store import Store

PLAIN, OPEN = Form(TEXT), Form(OPENMETRICS)
HOSTILE = st.text() | st.sampled_from(
    ['"', "\\", "\n", '\\"\n', "\x00", "\ud800", "a\udfffb", "\r\n", "\u2028", "é" * 100_000]
)


generate_openmetrics: Callable[[Collector], bytes] = openmetrics.generate_latest
parse_openmetrics: Callable[[str], Iterable[Metric]] = (
    openmetrics_parser.text_string_to_metric_families
)


def registry_of(snapshot: Snapshot, families: tuple[Family, ...] = FAMILIES) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(TableCollector(lambda: snapshot, families))
    return registry


def one_family(*values: str, kind: Kind = Kind.GAUGE) -> tuple[Family, ...]:
    """Give a table of one family with one sample per label value."""
    family = Family(
        name="x_total" if kind is Kind.COUNTER else "x",
        kind=kind,
        labels=("label",),
        help='A "help"\\with\neverything.',
        example="x",
        samples=lambda _: [((value,), float(i)) for i, value in enumerate(values)],
    )
    return (family,)


async def test_text_is_byte_for_byte_what_the_library_writes(snapshot: Snapshot) -> None:
    """Slicing changes nothing in text 0.0.4."""
    assert await render(snapshot, PLAIN) == generate_latest(registry_of(snapshot))


async def test_openmetrics_is_byte_for_byte_what_the_library_writes(snapshot: Snapshot) -> None:
    """Slicing changes nothing in OpenMetrics 1.0.0."""
    assert await render(snapshot, OPEN) == generate_openmetrics(registry_of(snapshot))


@pytest.mark.parametrize(
    "names",
    [
        ["goproxy_requests_total"],
        ["goproxy_request_duration_seconds_bucket", "goproxy_mirror_state"],
        ["goproxy_request_duration_seconds"],
        ["no_such_metric"],
    ],
)
async def test_names_select_as_the_library_does(snapshot: Snapshot, names: list[str]) -> None:
    """name[] names time series, not families."""
    chosen = registry_of(snapshot).restricted_registry(names)
    assert await render(snapshot, PLAIN, names=names) == generate_latest(chosen)
    assert await render(snapshot, OPEN, names=names) == generate_openmetrics(chosen)


async def test_gzip_is_the_same_text_packed(snapshot: Snapshot) -> None:
    """Compression happens slice by slice and gives one stream."""
    packed = await render(snapshot, replace(PLAIN, gzip=True))
    assert gzip.decompress(packed) == await render(snapshot, PLAIN)


@given(st.lists(HOSTILE, max_size=5, unique=True), st.sampled_from([Kind.GAUGE, Kind.COUNTER]))
def test_no_label_value_breaks_the_exposition(values: list[str], kind: Kind) -> None:
    """Whatever a label value holds, both parsers read it back, and no two become one."""
    families = one_family(*values, kind=kind)
    empty = Snapshot(mirrors=())
    for form, parse in ((PLAIN, parse_text), (OPEN, parse_openmetrics)):
        text = b"".join(slices(empty, form, families=families)).decode()
        samples = [sample for metric in parse(text) for sample in metric.samples]
        assert [each.labels["label"] for each in samples] == [clean(value) for value in values]
        assert [each.value for each in samples] == [float(i) for i in range(len(values))]
    assert len({clean(value) for value in values}) == len(values)


@given(st.lists(HOSTILE, max_size=5, unique=True))
def test_hostile_labels_are_written_as_the_library_writes_them(values: list[str]) -> None:
    """What was cleaned is escaped like anything else."""
    families, empty = one_family(*values), Snapshot(mirrors=())
    registry = registry_of(empty, families)
    assert b"".join(slices(empty, PLAIN, families=families)) == generate_latest(registry)
    assert b"".join(slices(empty, OPEN, families=families)) == generate_openmetrics(registry)


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), max_size=100))
def test_an_honest_label_value_is_left_alone(value: str) -> None:
    """Letters of any script, quotes, backslashes and newlines stand as they are."""
    assert clean(value + "\n") == value + "\n"


def test_the_library_parses_every_family(snapshot: Snapshot) -> None:
    """Both parsers read the whole table, and see the types of the table."""
    text = b"".join(slices(snapshot, PLAIN)).decode()
    types = {metric.name: metric.type for metric in parse_text(text)}
    assert types["goproxy_requests"] == "counter"
    assert types["goproxy_request_duration_seconds"] == "histogram"
    om = b"".join(slices(snapshot, OPEN)).decode()
    assert {metric.name: metric.type for metric in parse_openmetrics(om)} == types


def test_promtool_has_nothing_to_say(snapshot: Snapshot) -> None:
    """Names, units and help follow the conventions that promtool knows."""
    promtool = needed("promtool")
    text = b"".join(slices(snapshot, PLAIN))
    done = subprocess.run(
        [promtool, "check", "metrics"], input=text, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_slice_has_a_bounded_number_of_lines(
    make_store: Callable[..., Store], snapshot_of: Callable[[Store], Snapshot]
) -> None:
    """Also where one family alone has thousands of series."""
    many = snapshot_of(make_store(*(f"m{i}" for i in range(10))))
    lengths = [piece.count(b"\n") for piece in slices(many, PLAIN)]
    assert len(lengths) > 5
    assert max(lengths) <= SLICE


async def test_the_loop_gets_its_turn_between_slices(
    make_store: Callable[..., Store],
    snapshot_of: Callable[[Store], Snapshot],
    record_property: Callable[[str, object], None],
) -> None:
    """10,000 series never hold the loop for long; the bound is lax, the figure is reported."""
    many = snapshot_of(make_store(*(f"mirror-{i}" for i in range(50))))
    turns: list[float] = []

    async def count_turns() -> None:
        while True:
            turns.append(time.thread_time())
            await asyncio.sleep(0)

    await render(many, PLAIN)
    other = asyncio.create_task(count_turns())
    await asyncio.sleep(0)
    text = await render(many, Form(TEXT, gzip=True))
    other.cancel()
    series = sum(not line.startswith(b"#") for line in gzip.decompress(text).splitlines())
    held = sorted(after - before for before, after in pairwise(turns))
    record_property("series", series)
    record_property("longest_slice_ms", round(held[-1] * 1000, 2))
    record_property("median_slice_ms", round(held[len(held) // 2] * 1000, 2))
    assert series >= 10_000
    assert len(turns) > series / SLICE
    assert held[len(held) // 2] < 0.02


async def test_a_snapshot_does_not_change_while_it_is_written(
    make_store: Callable[..., Store],
    make_result: Callable[..., object],
    now: float,
    snapshot: Snapshot,
) -> None:
    """Runs and failures belong to one moment, even if a run ends during the scrape."""
    store = make_store("m")
    assert snapshot.exporter is not None
    taken = await take(store, snapshot.exporter, lambda _: None, now)
    before = b"".join(slices(taken, PLAIN))
    (check,) = store.checks_of("m")
    store.put(make_result(check))  # type: ignore[arg-type] # the fixture is typed loosely
    assert b"".join(slices(taken, PLAIN)) == before
    assert b"process_open_fds" in before


async def test_a_mirror_that_vanishes_during_the_snapshot_is_left_out(
    make_store: Callable[..., Store], now: float, snapshot: Snapshot
) -> None:
    """A reload may come between two mirrors."""
    store = make_store("a", "b")
    assert snapshot.exporter is not None
    taking = asyncio.create_task(take(store, snapshot.exporter, lambda _: None, now))
    await asyncio.sleep(0)
    store.keep([], [store.mirrors["a"]])
    assert [view.mirror.name for view in (await taking).mirrors] == ["a"]
