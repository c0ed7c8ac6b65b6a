"""What is a metric family of ours, and what may stand in its labels?"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from goproxy_exporter.metrics.counts import Buckets
from goproxy_exporter.metrics.number import written
from goproxy_exporter.metrics.snapshot import Snapshot

LONGEST_LABEL = 256
"""Characters of a label value; what is longer is cut and gets a digest."""
_UNPRINTED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

Sample = tuple[tuple[str, ...], float | Buckets]
"""Label values in the order of the family's labels, and a number or a histogram."""


class Kind(StrEnum):
    """The types of families that are used here."""

    GAUGE = "gauge"
    COUNTER = "counter"
    HISTOGRAM = "histogram"


class Series(NamedTuple):
    """One line of an exposition: name, (label, value) pairs in alphabetical order, number."""

    name: str
    labels: tuple[tuple[str, str], ...]
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One row of the table of metrics.

    `samples` yields what is known; what is not known yields nothing, never a zero. `example` is
    a PromQL query for the documentation.
    """

    name: str
    kind: Kind
    labels: tuple[str, ...]
    help: str
    example: str
    samples: Callable[[Snapshot], Iterable[Sample]]

    def series(self, snapshot: Snapshot) -> Iterator[Series]:
        """Give every line of this family. Raises ValueError where labels are missing."""
        order = sorted(range(len(self.labels)), key=self.labels.__getitem__)
        for values, number in self.samples(snapshot):
            if len(values) != len(self.labels):
                message = f"{self.name} has labels {self.labels}, but a sample has {len(values)}"
                raise ValueError(message)
            labels = tuple((self.labels[i], clean(values[i])) for i in order)
            if isinstance(number, Buckets):
                yield from self._buckets(labels, number)
            else:
                yield Series(self.name, labels, number)

    def _buckets(self, labels: tuple[tuple[str, str], ...], number: Buckets) -> Iterator[Series]:
        for bound, count in number.steps:
            bounded = tuple(sorted((*labels, ("le", written(bound)))))
            yield Series(f"{self.name}_bucket", bounded, count)
        yield Series(f"{self.name}_count", labels, number.steps[-1][1])
        yield Series(f"{self.name}_sum", labels, number.total)


def clean(value: str) -> str:
    """Make any text a label value that every parser of the format can read.

    Control characters (but newline) and lone surrogates become U+FFFD, long text is cut; a digest
    is appended to what was changed, so that two values never become one.
    """
    if value.isprintable() and len(value) <= LONGEST_LABEL:
        return value
    shown = _UNPRINTED.sub("\ufffd", value)
    if shown == value and len(value) <= LONGEST_LABEL:
        return value
    digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{shown[:LONGEST_LABEL]}~{digest}"
