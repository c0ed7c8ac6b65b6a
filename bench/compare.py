"""Measure beside blackbox_exporter on the same local server, and print ratios.

``python bench/compare.py [--quick] [--part wire|daemon|memory]``
"""

import argparse
import asyncio
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import daemon
from blackbox import Blackbox, running
from process import cpu_seconds, on_cores, peak_bytes, resident_bytes, split_cores

HERE = Path(__file__).parent
DELAY = 0.020
RATES = (20, 50, 100, 200)
MODULE = "github.com/josharian/intern"
PATHS = (
    "@v/list",
    "@v/v1.0.0.info",
    "@latest",
    "@v/v1.0.0.mod",
    "zz-none/@v/list",
    "@v/v1.0.0.zip",
)
"""What blackbox_exporter is asked one by one for what a run of `endpoints` and `zip` asserts."""


class Ours:
    """Our worker, in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.pid = process.pid

    def order(self, name: str, **arguments: Any) -> Any:
        """Give an order and wait for its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps({name: arguments}), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn at one rate: CPU seconds per probe, and errors of the first byte in ms."""

    cpu: float
    errors: tuple[float, ...]
    failed: int

    def percentile(self, share: float) -> float:
        """Give a percentile of the errors by nearest rank."""
        ordered = sorted(self.errors)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


PARTS = ("wire", "memory", "daemon")


def main(*, quick: bool, parts: Sequence[str]) -> int:
    """Run the parts; gives an exit code."""
    program = shutil.which("prometheus-blackbox-exporter")
    go = Path(sys.executable).parent / "go"
    if program is None or not go.exists():
        print("needs prometheus-blackbox-exporter (apt-get install) and the development setup")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        subprocess.run([go, "build", "-o", room / "server", "."], cwd=HERE / "server", check=True)
        for protocol in ("HTTP/1.1", "HTTP/2") if "wire" in parts else ():
            with _beside(program, room, protocol) as (ours, blackbox, base):
                print(f"\n== {protocol}")
                _cold(ours, blackbox, base, quick=quick)
                _assertions(ours, blackbox, base, quick=quick)
        if "memory" in parts:
            with _beside(program, room, "HTTP/1.1") as (ours, blackbox, base):
                print("\n== memory")
                _memory(ours, blackbox, base, quick=quick)
        if "daemon" in parts:
            # A mirror has a machine of its own: it does not wait for a core that we use.
            its, rest = split_cores()
            with on_cores(its), _server(room, http1=False) as base, on_cores(rest):
                print("\n== the daemon")
                daemon.scrapes(room, base)
                daemon.bending(room, base)
    return 0


@contextmanager
def _beside(program: str, room: Path, protocol: str) -> Iterator[tuple[Ours, Blackbox, str]]:
    with (
        _server(room, http1=protocol == "HTTP/1.1") as base,
        running(program, room / "ca.pem") as blackbox,
        _worker(room / "ca.pem") as ours,
    ):
        yield ours, blackbox, base


def _cold(ours: Ours, blackbox: Blackbox, base: str, *, quick: bool) -> None:
    url = f"{base}/{MODULE}/@v/list"
    print("cold probes        CPU ms/probe            first-byte error ms, p50      p99")
    print("rate     n     ours  blackbox  ratio      ours  blackbox      ours  blackbox")
    _our_turn(ours, url, 50, 50)
    _their_turn(blackbox, url, 50, 50)
    for rate in RATES:
        count = rate * (2 if quick else 8)
        turns = [(_our_turn(ours, url, rate, count), _their_turn(blackbox, url, rate, count))]
        turns += [(_our_turn(ours, url, rate, count), _their_turn(blackbox, url, rate, count))]
        mine, theirs = _joined(turn[0] for turn in turns), _joined(turn[1] for turn in turns)
        print(
            f"{rate:4} {2 * count:5}  {mine.cpu * 1e3:7.2f} {theirs.cpu * 1e3:9.2f}"
            f"  {mine.cpu / theirs.cpu:5.2f}"
            f"   {mine.percentile(0.5):7.2f} {theirs.percentile(0.5):9.2f}"
            f"   {mine.percentile(0.99):7.2f} {theirs.percentile(0.99):9.2f}"
            + (f"   failed {mine.failed}/{theirs.failed}" if mine.failed or theirs.failed else "")
        )


def _our_turn(ours: Ours, url: str, rate: float, count: int) -> Turn:
    before = cpu_seconds(ours.pid)
    answer = ours.order("cold", url=url, rate=rate, count=count)
    return _turn(cpu_seconds(ours.pid) - before, answer["processing"])


def _their_turn(blackbox: Blackbox, url: str, rate: float, count: int) -> Turn:
    before = cpu_seconds(blackbox.pid)
    processing = asyncio.run(blackbox.cold(url, rate, count))
    return _turn(cpu_seconds(blackbox.pid) - before, processing)


def _turn(cpu: float, processing: Sequence[float | None]) -> Turn:
    errors = tuple(abs(each - DELAY) * 1e3 for each in processing if each is not None)
    return Turn(cpu / len(processing), errors, len(processing) - len(errors))


def _joined(turns: Iterator[Turn]) -> Turn:
    known = list(turns)
    errors = tuple(error for turn in known for error in turn.errors)
    return Turn(
        statistics.mean(turn.cpu for turn in known), errors, sum(turn.failed for turn in known)
    )


def _assertions(ours: Ours, blackbox: Blackbox, base: str, *, quick: bool) -> None:
    rounds = 10 if quick else 60
    ours.order("rounds", base=base, count=2)
    answer = ours.order("rounds", base=base, count=rounds)
    mine = answer["cpu"] / answer["requests"]
    urls = [f"{base}/{MODULE}/{path}" for path in PATHS]
    before = cpu_seconds(blackbox.pid)
    for url in urls:
        asyncio.run(blackbox.cold(url, 20, rounds))
    theirs = (cpu_seconds(blackbox.pid) - before) / (rounds * len(urls))
    print(
        f"protocol assertions: {answer['requests'] // rounds} a round ({answer['findings']} found), "
        f"CPU ms each: ours {mine * 1e3:.2f}, blackbox {theirs * 1e3:.2f}, ratio {mine / theirs:.2f}"
    )
    rooms = ours.order("profiled", base=base, count=rounds)
    print("of ours: " + ", ".join(f"{room} {share:.0%}" for room, share in rooms))


def _memory(ours: Ours, blackbox: Blackbox, base: str, *, quick: bool) -> None:
    url = f"{base}/{MODULE}/@v/list"
    ours.order("cold", url=url, rate=100, count=1000)
    asyncio.run(blackbox.cold(url, 100, 1000))
    mine, theirs = peak_bytes(ours.pid), peak_bytes(blackbox.pid)
    print(
        f"peak at 100/s, MB: ours {mine / 1e6:.0f}, blackbox {theirs / 1e6:.0f}, "
        f"ratio {mine / theirs:.2f}"
    )
    count = 10_000 if quick else 100_000
    after = []
    for _ in range(10):
        ours.order("cold", url=url, rate=200, count=count // 10)
        after.append(resident_bytes(ours.pid))
    print(
        f"resident after each tenth of {count} probes, MB: "
        + " ".join(f"{each / 1e6:.1f}" for each in after)
        + f" (spread {(max(after) - min(after)) / min(after):.1%})"
    )


@contextmanager
def _server(room: Path, *, http1: bool) -> Iterator[str]:
    command = [str(room / "server"), "-ca", str(room / "ca.pem"), f"-delay={DELAY}s"]
    command += ["-http1"] if http1 else []
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield f"https://127.0.0.1:{json.loads(process.stdout.readline())['port']}"
        process.terminate()


@contextmanager
def _worker(ca_file: Path) -> Iterator[Ours]:
    command = [sys.executable, str(HERE / "worker.py"), str(ca_file)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Ours(process)
        process.terminate()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Measure beside blackbox_exporter.")
    arguments.add_argument("--quick", action="store_true", help="fewer probes: rough figures")
    arguments.add_argument("--part", action="append", choices=PARTS, help="only this; repeatable")
    given = arguments.parse_args()
    sys.exit(main(quick=given.quick, parts=given.part or PARTS))
