"""Every known way to fail has a cause that is found, and a fault that shows it."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.scope import checks_for
from goproxy_exporter.probes import PROBES
from goproxy_exporter.simulator.faults import FAULTS

PAGE = Path(__file__).parents[1] / "docs" / "failure-modes.md"
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NAME = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    number: int
    causes: tuple[str, ...]
    faults: tuple[str, ...]


ROWS = [
    Row(int(number), tuple(NAME.findall(causes)), tuple(NAME.findall(faults)))
    for number, _, causes, faults in ROW.findall(PAGE.read_text(encoding="utf-8"))
]


def test_all_twenty_six_are_there() -> None:
    """In their order, none twice."""
    assert [row.number for row in ROWS] == list(range(1, 27))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.number))
def test_each_is_found_and_can_be_seen(row: Row) -> None:
    """Each cause is looked for by a check that exists, and shown by a fault that is named beside it."""
    assert row.causes
    for cause in row.causes:
        assert checks_for(Code(cause)) & PROBES.keys(), cause
    assert {FAULTS[fault].expects for fault in row.faults} == set(row.causes)
