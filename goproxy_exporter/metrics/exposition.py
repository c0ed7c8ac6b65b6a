"""How are metrics written down without holding up everything else?"""

import asyncio
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice

from goproxy_exporter.metrics.family import Family, Kind, Series
from goproxy_exporter.metrics.negotiate import Form
from goproxy_exporter.metrics.number import written
from goproxy_exporter.metrics.snapshot import Snapshot
from goproxy_exporter.metrics.table import FAMILIES

SLICE = 200
"""Lines that are written before the loop gets its turn."""
_GZIP = 31
"""For zlib: a gzip header around 32 KiB of window."""
_LEVEL = 6


async def render(
    snapshot: Snapshot,
    form: Form,
    *,
    names: Collection[str] = (),
    families: Iterable[Family] = FAMILIES,
) -> bytes:
    """Write families as text 0.0.4 or OpenMetrics 1.0.0, in slices with a turn of the loop between.

    `names` are those of time series (`goproxy_requests_total`, `…_bucket`), as in ``name[]``; none
    means all. A family without samples is left out.
    """
    pieces: list[bytes] = []
    pack = _packer() if form.gzip else _plain
    for piece in slices(snapshot, form, names=names, families=families):
        pieces.append(pack(piece))
        await asyncio.sleep(0)
    pieces.append(pack(None))
    return b"".join(pieces)


def slices(
    snapshot: Snapshot,
    form: Form,
    *,
    names: Collection[str] = (),
    families: Iterable[Family] = FAMILIES,
) -> Iterator[bytes]:
    """Give the exposition in pieces of at most SLICE lines."""
    lines = chain.from_iterable(_lines(family, snapshot, form, names) for family in families)
    if form.openmetrics:
        lines = chain(lines, ("# EOF\n",))
    while piece := "".join(islice(lines, SLICE)):
        yield piece.encode()


def _lines(family: Family, snapshot: Snapshot, form: Form, names: Collection[str]) -> Iterator[str]:
    headed = False
    for series in family.series(snapshot):
        if names and series.name not in names:
            continue
        if not headed:
            headed = True
            yield from _head(family, form)
        yield _line(series)


def _head(family: Family, form: Form) -> Iterator[str]:
    name, words = family.name, family.help.replace("\\", r"\\").replace("\n", r"\n")
    if form.openmetrics:
        words = words.replace('"', r"\"")
        if family.kind is Kind.COUNTER:
            name = name.removesuffix("_total")
    yield f"# HELP {name} {words}\n"
    yield f"# TYPE {name} {family.kind}\n"


def _line(series: Series) -> str:
    value = written(series.value)
    if not series.labels:
        return f"{series.name} {value}\n"
    labels = ",".join([f'{name}="{_escaped(text)}"' for name, text in series.labels])
    return f"{series.name}{{{labels}}} {value}\n"


@lru_cache(maxsize=4096)
def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def _plain(piece: bytes | None) -> bytes:
    return piece or b""


def _packer() -> Callable[[bytes | None], bytes]:
    """Give a function that compresses piece after piece, and ends the stream on None."""
    stream = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)

    def pack(piece: bytes | None) -> bytes:
        return stream.flush() if piece is None else stream.compress(piece)

    return pack
