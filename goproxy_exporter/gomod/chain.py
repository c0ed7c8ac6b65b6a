"""Who answers a request under a GOPROXY list, and what stops it?

Source: cmd/go/internal/modfetch/proxy.go (TryProxies) and sumdb.go (initBase). Sans-I/O: the walk
says whom to ask, its caller asks and tells how it went.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from goproxy_exporter.gomod.goproxy import Entry
from goproxy_exporter.gomod.status import Class

DIRECT = Entry("direct", "")


class _Rank(IntEnum):
    """Which error a user gets to see: that of the highest rank, the last one of equal rank."""

    NOT_EXIST = 0
    PROXY = 1
    DIRECT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How far a walk has come. `str` of an entry leaves its credentials out."""

    resource: str
    over: bool
    answered_by: Entry | None = None
    assumed: bool = False
    """Whether the answer was not seen: `direct`, which this program never asks."""
    stopped_by: Entry | None = None
    """On failure, the entry whose error `go` shows."""
    reason: Class | None = None
    """How that entry failed: NOT_EXIST only where no entry failed otherwise."""
    fallback: bool = False
    """Whether somebody else answered than the entry asked first."""
    asked: tuple[tuple[Entry, Class], ...] = ()
    unreached: tuple[Entry, ...] = ()
    """Once it is over, the entries that never had their turn."""

    @property
    def ok(self) -> bool:
        """Whether the resource was answered, or is assumed to be."""
        return self.answered_by is not None


class Walk:
    """The way of one resource through a GOPROXY list. Every resource begins at the first entry.

    `private` tells that GONOPROXY matches the module: then no proxy is asked. `relay` tells that
    the resource is the ``/supported`` of a checksum database: then `direct` answers nothing, and
    a list where nothing but absence was met means the database itself.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        *,
        resource: str = "",
        private: bool = False,
        relay: bool = False,
    ) -> None:
        self._entries = tuple(entries)
        self._resource = resource
        self._relay = relay
        self._asked: list[tuple[Entry, Class]] = []
        self._place = 0
        self._over = False
        self._answered_by: Entry | None = None
        self._assumed = False
        self._error: tuple[Entry, Class] | None = None
        self._rank = _Rank.NOT_EXIST
        if private and not relay:
            self._assume_direct()
        self._settle()

    def next(self) -> Entry | None:
        """Give the proxy to ask now, the same one until it is answered; None when it is over."""
        return None if self._over else self._entries[self._place]

    def answered(self, outcome: Class, *, final: bool = False) -> None:
        """Tell how the entry given by `next` answered.

        `final` marks a failure found after the walk, such as an archive with the wrong hash:
        `go` asks nobody else then. Raises ValueError where nobody was asked.
        """
        entry = self.next()
        if entry is None:
            raise ValueError("nobody was asked")
        self._asked.append((entry, outcome))
        if outcome is Class.SUCCESS and not final:
            self._answered_by, self._over = entry, True
            return
        self._remember(entry, outcome, final=final)
        if final or (outcome is Class.STOP and not entry.falls_back_on_error):
            self._over = True
            return
        self._place += 1
        self._settle()

    @property
    def verdict(self) -> Verdict:
        """What is known by now."""
        failed = self._over and self._answered_by is None
        entry, reason = self._error if failed and self._error else (None, None)
        return Verdict(
            resource=self._resource,
            over=self._over,
            answered_by=self._answered_by,
            assumed=self._assumed,
            stopped_by=entry,
            reason=reason,
            fallback=not failed and self._over and bool(self._failures()),
            asked=tuple(self._asked),
            unreached=self._entries[self._place + 1 :] if self._over else (),
        )

    def _failures(self) -> list[tuple[Entry, Class]]:
        return self._asked if self._assumed else self._asked[:-1]

    def _settle(self) -> None:
        """Pass what needs no question: `direct`, `off`, and the end of the list."""
        while not self._over and self._place < len(self._entries):
            entry = self._entries[self._place]
            if entry.url == "direct" and not self._relay:
                self._assume_direct()
            elif entry.url in {"direct", "off"}:
                self._remember(entry, Class.NOT_EXIST, final=False)
                self._place += 1
            else:
                return
        self._over = True
        if self._relay and self._answered_by is None and self._only_absence():
            self._assume_direct()

    def _only_absence(self) -> bool:
        return self._error is None or self._error[1] is Class.NOT_EXIST

    def _assume_direct(self) -> None:
        self._answered_by, self._assumed, self._over = DIRECT, True, True

    def _remember(self, entry: Entry, outcome: Class, *, final: bool) -> None:
        """Keep the error that `go` would show if the walk ended here."""
        rank = _Rank.NOT_EXIST if outcome is Class.NOT_EXIST else _Rank.PROXY
        if final or entry.url == "direct":
            rank = _Rank.DIRECT
        if rank >= self._rank:
            self._error, self._rank = (entry, outcome), rank
