"""Mutate good answers for as long as you like, and see that no parser is ever surprised.

``python fuzz/run.py [--seconds 60 | --runs 2000] [--corpus FOLDER] [TARGET…]``. What was found on
the way is kept in the corpus, and is where the next run begins. An input that broke a target lies
beside its corpus, and is tried again with ``--input FILE TARGET``.

Every target runs in a process of its own, forked after the one instrumented import, because the
fuzzer ends the process that it runs in.
"""

import argparse
import io
import os
import re
import sys
import time
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path

import atheris

_OURS = ("goproxy_exporter", "answers", "certificates", "peers", "targets")
_ENGINES = ("h11", "h2", "hpack", "hyperframe")
"""Read what peers send on our behalf, in Python, so that their branches guide the fuzzer too."""

with (
    redirect_stderr(io.StringIO()),  # Every module is announced.
    atheris.instrument_imports(include=[*_OURS, *_ENGINES]),
):
    from targets import TARGETS, Target

HERE = Path(__file__).parent
MEMORY = 768
"""MiB that a process may hold, the interpreter and the libraries included."""
LONGEST = 30
"""Seconds that one input may take, on a machine that has other things to do."""
_SHOWN = 6000
"""Characters of the fuzzer's last words that are told of what broke."""
_FIGURES = re.compile(r"#(\d+)\s+DONE\s+cov: (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How the fuzzer's process ended; `broken` are its last words where a target was."""

    seconds: float
    inputs: str = ""
    reached: str = ""
    broken: str | None = None


def main() -> int:
    """Give 1 if any target was broken."""
    chosen = _arguments()
    unlucky = Target(read=_surprised, seeds=lambda: [b""])
    if chosen.input is None and _tried("surprise", unlucky, chosen).broken is None:
        print("the fuzzer does not notice what it is there for")
        return 1
    return max([_told(name, chosen) for name in chosen.targets or TARGETS])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("targets", nargs="*", choices=[[], *TARGETS], metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=60, help="of each target")
    parser.add_argument("--runs", type=int, help="of each target, with a fixed seed")
    parser.add_argument("--corpus", type=Path, default=HERE.parent / ".cache" / "fuzz")
    parser.add_argument("--input", type=Path, help="try this file alone")
    return parser.parse_args()


def _told(name: str, chosen: argparse.Namespace) -> int:
    """Run a target and say how it went; give 1 if that was broken."""
    done = _tried(name, TARGETS[name], chosen)
    if done.broken is not None:
        print(f"{name}: BROKEN after {done.seconds:.1f} s\n{done.broken}", flush=True)
        return 1
    print(
        f"{name}: {done.inputs} inputs, {done.reached} places reached, {done.seconds:.1f} s",
        flush=True,
    )
    return 0


def _tried(name: str, target: Target, chosen: argparse.Namespace) -> Done:
    """Run a target in a process of its own."""
    room: Path = chosen.corpus / name
    (room / "corpus").mkdir(parents=True, exist_ok=True)
    log = room / "log"
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        _fuzz(target, room, chosen)
    _, status = os.waitpid(child, 0)
    seconds = time.monotonic() - begun
    said = log.read_text(errors="replace")
    if status != 0:
        return Done(seconds=seconds, broken=said[-_SHOWN:])
    found = _FIGURES.search(said)
    inputs, reached = found.groups() if found else ("1", "-")
    return Done(seconds=seconds, inputs=inputs, reached=reached)


def _options(chosen: argparse.Namespace, room: Path) -> list[str]:
    bounded = (
        [f"-max_total_time={chosen.seconds}"]
        if chosen.runs is None
        else [f"-runs={chosen.runs}", "-seed=1"]
    )
    return [
        *bounded,
        f"-rss_limit_mb={MEMORY}",
        f"-timeout={LONGEST}",
        f"-artifact_prefix={room}/",
    ]


def _fuzz(target: Target, room: Path, chosen: argparse.Namespace) -> None:
    """Become the fuzzer; it never returns."""
    out = os.open(room / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    for number, seed in enumerate(target.seeds()):
        (room / "corpus" / f"seed-{number:03}").write_bytes(seed)
    place = str(chosen.input or room / "corpus")
    atheris.Setup(["fuzz", *_options(chosen, room), f"-max_len={target.longest}", place], target)
    atheris.Fuzz()


def _surprised(data: bytes) -> None:
    """Fail for whatever is no seed, as no parser may: what does not notice this is no fuzzer."""
    if data:
        raise LookupError


if __name__ == "__main__":
    sys.exit(main())
