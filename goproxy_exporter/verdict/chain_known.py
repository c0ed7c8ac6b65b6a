"""What was heard of the entries of a GOPROXY list?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from goproxy_exporter.gomod.goproxy import Entry
from goproxy_exporter.model.chain import Resource
from goproxy_exporter.verdict.heard import Answers, Heard
from goproxy_exporter.verdict.odds import Shares

Hearing = Callable[[Entry], Heard | None]
"""Tells what an entry answered; None where nothing recent is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was heard of the entries, by their URLs without a slash at the end.

    `database` tells whether the checksum database itself works from here; None: not known.
    """

    entries: Mapping[str, Answers] = field(default_factory=dict)
    failing: Mapping[str, Shares] = field(default_factory=dict)
    """How often their requests fail, where enough were seen."""
    database: bool | None = None

    def shares(self, entry: Entry) -> Shares | None:
        """Give how often requests to an entry fail."""
        return self.failing.get(str(entry).rstrip("/"))

    def of(self, entry: Entry) -> Answers:
        """Give what is known of an entry."""
        return self.entries.get(str(entry).rstrip("/"), Answers())

    def hearing(self, resource: Resource) -> Hearing:
        """Give how entries answer one request."""
        return lambda entry: self.of(entry).to(resource)
