"""What every test may ask for, and what a skipped test means."""

import json
import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import settings
from workers import Sharing

# The same examples in every run, and no deadline: machines are shared.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

VECTORS = Path(__file__).parents[2] / "shared" / "reference" / "vectors.json"

REQUIRE_ALL = "GOPROXY_EXPORTER_REQUIRE_ALL"
"""Set where nothing may be skipped: a skip then fails."""


UNCOUNTED = frozenset({"deploy", "grafana", "judge", "path", "real", "steady"})
"""Rooms of tests that look at whole programs from outside: which lines that runs says little, and
counting them would take longer than the tests."""
COUNTING = "COVERAGE_PROCESS_CONFIG"
"""What tells a new process to count its lines. Source: coverage/patch.py."""


def _is_uncounted(item: pytest.Item) -> bool:
    return item.path.parent.name in UNCOUNTED


def _may_take(item: pytest.Item) -> float:
    """Give the seconds that a test is allowed; 0 where it names none."""
    mark = item.get_closest_marker("timeout")
    return float(mark.args[0]) if mark else 0.0


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is not counted, which pytest-cov knows; begin with what may take longest.

    So no worker is left alone with it in the end. Modules stay together, for what they share.
    """
    longest: dict[Path, float] = {}
    for item in items:
        longest[item.path] = max(_may_take(item), longest.get(item.path, 0.0))
        if _is_uncounted(item):
            item.add_marker(pytest.mark.no_cover)
    items.sort(key=lambda item: -longest[item.path])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing:
    """Keep together what shares real programs."""
    return Sharing(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Start no process that counts, where nothing is counted."""
    told = os.environ.pop(COUNTING, None) if _is_uncounted(item) else None
    try:
        return (yield)
    finally:
        if told is not None:
            os.environ[COUNTING] = told


@pytest.fixture(scope="session")
def vectors() -> dict[str, Any]:
    """The shared test vectors, each section with its source."""
    if not VECTORS.exists():
        pytest.skip(f"test vectors are not here: {VECTORS}")
    loaded: dict[str, Any] = json.loads(VECTORS.read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(autouse=True)
def _process() -> Generator[None]:
    """What one test made of logging and of threads is no concern of the next."""
    interval = sys.getswitchinterval()
    yield
    sys.setswitchinterval(interval)
    structlog.reset_defaults()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where everything has to run."""
    report = yield
    if report.skipped and os.environ.get(REQUIRE_ALL) and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"
    return report
