"""Faults of the module index: no mirror is to blame for them, and none is accused."""

from collections.abc import Callable

from goproxy_exporter.simulator.conduct import Bend, Conduct, Fault, Sight
from goproxy_exporter.simulator.extensions.index import HOST
from goproxy_exporter.simulator.faults.bends import FRESH, answering, body, breaking
from goproxy_exporter.simulator.faults.sights import older_than
from goproxy_exporter.simulator.reply import Ending, Reply, page, text


def _odd(name: str, meaning: str, bend: Bend | None = None, *, sight: Sight | None = None) -> Fault:
    conduct = Conduct(bend=bend, sight=sight)
    return Fault(f"fact/index-{name}", meaning, None, here=conduct, only=(HOST,))


def _lines(change: Callable[[bytes], bytes]) -> Bend:
    """Change every line of a page."""
    return body(lambda lines: b"".join(change(line) + b"\n" for line in lines.splitlines()))


INDEX = (
    _odd("500", "the module index is answered 500", answering(text(500, "internal server error"))),
    _odd("html", "the module index is a login page", answering(page(200, "Sign in"))),
    _odd("reset", "the module index resets connections", breaking(Ending.RESET)),
    _odd("empty", "the module index names nothing", answering(Reply())),
    _odd("cut", "lines of the module index break off", _lines(lambda line: line[:-9])),
    _odd(
        "odd-versions",
        "the module index names versions that cannot be",
        _lines(lambda line: line.replace(b'"Version":"v', b'"Version":"w')),
    ),
    _odd("late", "the module index knows nothing of the last two days", sight=older_than(FRESH)),
)
