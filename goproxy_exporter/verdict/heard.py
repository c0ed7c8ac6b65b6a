"""How would the go command take what somebody was last heard to answer?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from goproxy_exporter.gomod.status import Class
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.chain import Resource
from goproxy_exporter.model.names import Endpoint

_ZIPS = frozenset({Endpoint.ZIP, Endpoint.LARGE_ZIP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One answer: its class, and what is wrong with it although it is a success, if anything."""

    outcome: Class
    code: Code | None = None
    why: str = ""
    """What was done, to be read after the name of who did it."""
    unaskable: bool = False
    """Whether a list leads to a version that the go command cannot even ask for."""
    hangs: bool = False
    """Whether nothing ever comes on an open connection: the go command waits, it does not go on."""

    def taken(self, endpoint: Endpoint, *, verified: bool) -> tuple[Class, bool]:
        """Give the class under which the walk goes on, and whether a failure ends it for good.

        `verified` tells that the module is held against a checksum database. Source: the order of
        checks in cmd/go/internal/modfetch (fetch.go, proxy.go).
        """
        if self.outcome is not Class.SUCCESS or self.code is None:
            return self.outcome, self.hangs
        if endpoint is Endpoint.LIST:
            # A version that cannot be is not there; of a page instead nothing can be picked.
            absent = self.code is Code.INTEGRITY_LIST_INVALID and not self.unaskable
            return (Class.NOT_EXIST if absent else Class.STOP), False
        if endpoint is Endpoint.MOD and not verified:
            mismatch = self.code is Code.INTEGRITY_MOD_HASH_MISMATCH
            return (Class.SUCCESS, False) if mismatch else (Class.STOP, True)
        if endpoint in _ZIPS:
            mismatch = self.code is Code.INTEGRITY_ZIP_HASH_MISMATCH
            return (Class.SUCCESS, False) if mismatch and not verified else (Class.STOP, True)
        return Class.STOP, False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What is known of one entry of a list. `places` are addresses and hosts that served it."""

    heard: Mapping[Resource, Heard] = field(default_factory=dict)
    places: frozenset[str] = frozenset()

    def to(self, resource: Resource) -> Heard | None:
        """Give the answer to a request; where all that were made failed alike, one would again."""
        known = self.heard.get(resource)
        return known if known is not None else self._alike()

    def _alike(self) -> Heard | None:
        told = frozenset(self.heard.values())
        if len(told) != 1:
            return None
        (one,) = told
        return one if one.outcome is Class.STOP else None
