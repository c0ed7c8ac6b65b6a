"""Mutate good answers for as long as you like, and see that no parser is ever surprised.

``python fuzz/run.py [--seconds 60 | --runs 2000] [--corpus FOLDER] [TARGET…]``; a file that broke
a target is tried again with ``--input FILE TARGET``. Every target runs in a process of its own,
forked after the one instrumented import, because the fuzzer ends the process that it runs in.
Without time or number, with ``--list``, the names of the targets are printed.
"""

import argparse
import os
import re
import sys
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(
    include=["goproxy_exporter", "answers", "certificates", "peers", "targets", "h11", "h2", "hpack", "hyperframe"]
):
    from targets import TARGETS, Target

HERE = Path(__file__).parent
MEMORY = 768
"""MiB that a process may hold, the interpreter and the libraries included."""
LONGEST = 30
"""Seconds that one input may take, on a machine that has other things to do."""
_FIGURES = re.compile(r"#(\d+)\s+DONE\s+cov: (\d+)")


def main() -> int:
    """Give 1 if any target was broken."""
    chosen = _arguments()
    if chosen.list:
        print("\n".join(TARGETS))
        return 0
    return max([_tried(name, chosen) for name in chosen.targets or TARGETS])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("targets", nargs="*", choices=[[], *TARGETS], metavar="TARGET")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--seconds", type=int, default=60, help="of each target")
    parser.add_argument("--runs", type=int, help="of each target, with a fixed seed")
    parser.add_argument("--corpus", type=Path, default=HERE.parent / ".cache" / "fuzz")
    parser.add_argument("--input", type=Path, help="try this file alone")
    return parser.parse_args()


def _tried(name: str, chosen: argparse.Namespace) -> int:
    """Run a target in a process of its own; give 1 if that was broken."""
    room: Path = chosen.corpus / name
    corpus = room / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    log = room / "log"
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        _fuzz(TARGETS[name], log, _options(chosen, room), corpus, chosen.input)
    _, status = os.waitpid(child, 0)
    told = log.read_text(errors="replace")
    seconds = time.monotonic() - begun
    if status != 0:
        print(f"{name}: BROKEN after {seconds:.1f} s\n{told[-6000:]}", flush=True)
        return 1
    found = _FIGURES.search(told)
    runs, reached = found.groups() if found else ("1", "-")
    print(f"{name}: {runs} inputs, {reached} places reached, {seconds:.1f} s", flush=True)
    return 0


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


def _fuzz(
    target: Target, log: Path, options: list[str], corpus: Path, only: Path | None
) -> None:
    """Become the fuzzer; it never returns."""
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    for number, seed in enumerate(target.seeds()):
        (corpus / f"seed-{number:03}").write_bytes(seed)
    place = str(corpus if only is None else only)
    atheris.Setup(["fuzz", *options, f"-max_len={target.longest}", place], target)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
