"""What a process has used so far, read from /proc, and which cores it may use."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Give user and system time, in seconds. Source: proc_pid_stat(5), fields 14 and 15."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def peak_bytes(pid: int) -> int:
    """Give the peak of resident memory. Source: proc_pid_status(5), VmHWM."""
    return _status(pid, "VmHWM")


def resident_bytes(pid: int) -> int:
    """Give the resident memory of now. Source: proc_pid_status(5), VmRSS."""
    return _status(pid, "VmRSS")


def split_cores() -> tuple[set[int], set[int]]:
    """Give the last core and the others; twice the same one where there is but one."""
    *others, last = sorted(os.sched_getaffinity(0))
    return {last}, set(others) or {last}


@contextmanager
def on_cores(cores: set[int]) -> Iterator[None]:
    """Have whatever is started in the block keep to these cores, for as long as it runs."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _status(pid: int, key: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{key}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(f"process {pid} tells no {key}")
