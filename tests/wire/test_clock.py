"""The clock is the machine's."""

import time

from goproxy_exporter.wire.clock import Clock


def test_both_times_lie_between_two_looks_at_the_machines() -> None:
    """`now` is Unix time, `monotonic` the loop's time."""
    clock = Clock()
    before = time.time(), time.monotonic()
    found = clock.now(), clock.monotonic()
    after = time.time(), time.monotonic()
    assert before[0] <= found[0] <= after[0]
    assert before[1] <= found[1] <= after[1]
